// The produce operation: all records at once, and the offset that each one got.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;

final class Producing {
    private Producing() { }

    static ObjectNode produce(JsonNode command) throws Exception {
        String topic = command.get("topic").asText();
        ObjectNode result = Adapter.JSON.createObjectNode();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Settings.producer(command))) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (JsonNode record : command.get("records"))
                sent.add(producer.send(Settings.toProducerRecord(topic, record)));
            producer.flush();
            ArrayNode offsets = result.putArray("offsets");
            for (Future<RecordMetadata> future : sent) offsets.add(future.get().offset());
        }
        return result;
    }
}
