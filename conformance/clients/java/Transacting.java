// Transactions of several producers, step by step, so that they overlap in a way that can be repeated.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;

final class Transacting {
    private Transacting() { }

    /** Each step names its producer and sends records in its transaction, or ends it by commit or abort. */
    static ObjectNode transact(JsonNode command) throws Exception {
        String topic = command.get("topic").asText();
        Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
        Set<String> open = new HashSet<>();
        try {
            for (JsonNode step : command.get("steps")) {
                String id = step.get("producer").asText();
                if (!producers.containsKey(id)) producers.put(id, started(command, id));
                KafkaProducer<byte[], byte[]> producer = producers.get(id);
                if (open.add(id)) producer.beginTransaction();
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (JsonNode record : step.path("records"))
                    sent.add(producer.send(Settings.toProducerRecord(topic, record)));
                producer.flush();
                for (Future<RecordMetadata> future : sent) future.get();
                if (!step.has("end")) continue;
                if (step.get("end").asText().equals("commit")) producer.commitTransaction();
                else producer.abortTransaction();
                open.remove(id);
            }
        } finally {
            for (KafkaProducer<byte[], byte[]> producer : producers.values()) producer.close();
        }
        return Adapter.JSON.createObjectNode();
    }

    private static KafkaProducer<byte[], byte[]> started(JsonNode command, String id) {
        Properties properties = Settings.producer(command);
        properties.put("enable.idempotence", true);
        properties.put("transactional.id", command.get("prefix").asText() + id);
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties);
        producer.initTransactions();
        return producer;
    }
}
