import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics from their beginning to their end and prints, for each partition, how many records a consumer gets and
 * a checksum over their offsets, timestamps, keys, values and headers:
 * {@code Checksum BOOTSTRAP read_committed|read_uncommitted TOPIC...}
 */
public final class Checksum {
    private final MessageDigest digest;
    private long count;
    private long first = -1;

    private Checksum() throws Exception {
        digest = MessageDigest.getInstance("SHA-256");
    }

    public static void main(String[] args) throws Exception {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", args[0]);
        settings.put("isolation.level", args[1]);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
        settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
        Map<TopicPartition, Checksum> sums = new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int index = 2; index < args.length; index++) {
                consumer.partitionsFor(args[index]).forEach(one ->
                    partitions.add(new TopicPartition(one.topic(), one.partition())));
            }
            for (TopicPartition partition : partitions) sums.put(partition, new Checksum());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    sums.get(new TopicPartition(record.topic(), record.partition())).add(record);
                }
            }
        }
        sums.forEach((partition, sum) -> System.out.println(
            partition + " " + sum.count + " " + sum.first + " " + HexFormat.of().formatHex(sum.digest.digest())));
    }

    private void add(ConsumerRecord<byte[], byte[]> record) {
        if (first < 0) first = record.offset();
        count++;
        digest.update(ByteBuffer.allocate(16).putLong(record.offset()).putLong(record.timestamp()).flip());
        addBytes(record.key());
        addBytes(record.value());
        for (Header header : record.headers()) {
            addBytes(header.key().getBytes(StandardCharsets.UTF_8));
            addBytes(header.value());
        }
    }

    private void addBytes(byte[] bytes) {
        digest.update(ByteBuffer.allocate(4).putInt(bytes == null ? -1 : bytes.length).flip());
        if (bytes != null) digest.update(bytes);
    }
}
