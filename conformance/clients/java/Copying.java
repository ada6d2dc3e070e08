// Copies one topic into another exactly once: each transaction takes the records of a poll and commits their offsets
// with them; some are aborted on the way, and what they took is read again.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

final class Copying {
    private Copying() { }

    static ObjectNode copy(JsonNode command) {
        int count = command.get("count").asInt();
        int abortEvery = command.get("abortEvery").asInt();
        String target = command.get("target").asText();
        int copied = 0;
        int ended = 0;
        int aborted = 0;
        try (KafkaProducer<byte[], byte[]> producer = producer(command);
             KafkaConsumer<byte[], byte[]> consumer = consumer(command)) {
            producer.initTransactions();
            consumer.subscribe(List.of(command.get("topic").asText()));
            while (copied < count) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(500));
                if (records.isEmpty()) continue;
                producer.beginTransaction();
                Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    producer.send(new ProducerRecord<>(target, record.partition(), record.key(), record.value()));
                    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                    offsets.put(partition, new OffsetAndMetadata(record.offset() + 1));
                }
                producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
                ended++;
                if (ended % abortEvery == 0) {
                    producer.abortTransaction();
                    seekBack(consumer, records.partitions());
                    aborted++;
                } else {
                    producer.commitTransaction();
                    copied += records.count();
                }
            }
        }
        return Adapter.JSON.createObjectNode().put("copied", copied).put("aborted", aborted);
    }

    private static void seekBack(KafkaConsumer<byte[], byte[]> consumer, Set<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions);
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata offset = committed.get(partition);
            if (offset == null) consumer.seekToBeginning(List.of(partition));
            else consumer.seek(partition, offset.offset());
        }
    }

    private static KafkaProducer<byte[], byte[]> producer(JsonNode command) {
        Properties properties = Settings.producer(command);
        properties.put("enable.idempotence", true);
        properties.put("transactional.id", command.get("prefix").asText());
        return new KafkaProducer<>(properties);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(JsonNode command) {
        Properties properties = Settings.consumer(command);
        properties.put("isolation.level", "read_committed");
        properties.put("group.id", command.get("group").asText());
        properties.put("max.poll.records", command.get("perTransaction").asInt());
        return new KafkaConsumer<>(properties);
    }
}
