// Reading without a group: some partitions from a position, or one partition as a checksum.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

final class Consuming {
    private static final Duration POLL = Duration.ofMillis(200);

    private Consuming() { }

    static ObjectNode consume(JsonNode command) {
        String topic = command.get("topic").asText();
        int count = command.get("count").asInt();
        long deadline = System.currentTimeMillis() + command.get("timeoutMs").asLong();
        ObjectNode result = Adapter.JSON.createObjectNode();
        ArrayNode records = result.putArray("records");
        List<TopicPartition> partitions = new ArrayList<>();
        for (JsonNode partition : command.get("partitions"))
            partitions.add(new TopicPartition(topic, partition.asInt()));
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Settings.consumer(command))) {
            consumer.assign(partitions);
            seek(consumer, partitions, command.path("fromTimestamp"));
            while (records.size() < count && System.currentTimeMillis() < deadline)
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) records.add(Settings.toJson(record));
        }
        return result;
    }

    private static void seek(
            KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions, JsonNode timestamp) {
        if (!timestamp.isNumber()) {
            consumer.seekToBeginning(partitions);
            return;
        }
        Map<TopicPartition, Long> times = new HashMap<>();
        for (TopicPartition partition : partitions) times.put(partition, timestamp.asLong());
        for (Map.Entry<TopicPartition, OffsetAndTimestamp> found : consumer.offsetsForTimes(times).entrySet()) {
            if (found.getValue() == null) consumer.seekToEnd(List.of(found.getKey()));
            else consumer.seek(found.getKey(), found.getValue().offset());
        }
    }

    /** SHA-256 over `count` values of one partition, each followed by a newline: the file that kcat was given. */
    static ObjectNode digest(JsonNode command) throws Exception {
        TopicPartition partition = new TopicPartition(command.get("topic").asText(), 0);
        long count = command.get("count").asLong();
        long reportEvery = command.get("reportEvery").asLong();
        String session = command.get("session").asText();
        long deadline = System.currentTimeMillis() + command.get("timeoutMs").asLong();
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long seen = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Settings.consumer(command))) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (seen < count && System.currentTimeMillis() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() != seen)
                        throw new IllegalStateException("offset " + record.offset() + " after " + (seen - 1));
                    digest.update(record.value());
                    digest.update((byte) '\n');
                    if (++seen % reportEvery == 0) Adapter.emit(Adapter.event(session, "progress").put("seen", seen));
                }
            }
        }
        String sha256 = HexFormat.of().formatHex(digest.digest());
        return Adapter.JSON.createObjectNode().put("seen", seen).put("sha256", sha256);
    }
}
