// Copies a topic into another in transactions by the Java client, with the flags and the history of the copier in `go/`.

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public final class Copier {
    private final Map<String, String> flags = new HashMap<>();
    private final PrintStream history;
    /** Tells this process's transactions from those of its predecessors. */
    private final String name;
    private int begun = 0;
    private int committed = 0;

    private Copier(String[] args) throws IOException {
        for (String arg : args) {
            int at = arg.indexOf('=');
            flags.put(arg.substring(1, at), arg.substring(at + 1));
        }
        history = new PrintStream(new FileOutputStream(flags.get("history"), true), true, StandardCharsets.UTF_8);
        name = flags.get("id") + "-" + Integer.toHexString(ThreadLocalRandom.current().nextInt());
    }

    /** Ends when `count` records are committed, when standard input ends, or when somebody kills it. */
    public static void main(String[] args) throws Exception {
        Copier copier = new Copier(args);
        Thread ending = new Thread(() -> {
            try {
                while (System.in.read() >= 0) { }
            } catch (IOException ignored) { }
            Runtime.getRuntime().halt(0);
        });
        ending.setDaemon(true);
        ending.start();
        while (!copier.isDone()) {
            try {
                copier.session();
            } catch (RuntimeException error) {
                copier.note("{\"kind\":\"session\",\"error\":" + quoted(error) + "}");
                Thread.sleep(20);
            }
        }
        System.out.println("{\"committed\":" + copier.committed + ",\"transactions\":" + copier.begun + "}");
        Runtime.getRuntime().halt(0);
    }

    private int number(String flag) {
        return Integer.parseInt(flags.getOrDefault(flag, "0"));
    }

    private boolean isDone() {
        return number("count") > 0 && committed >= number("count");
    }

    private void note(String line) {
        history.print(line + "\n");
        history.flush();
    }

    private static String quoted(Throwable error) {
        return "\"" + String.valueOf(error).replaceAll("[\\\\\"\\p{Cntrl}]", " ") + "\"";
    }

    /** In a session in which something failed, nothing goes on: the next one begins with a new epoch. */
    private void session() {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(producerProperties());
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(consumerProperties())) {
            producer.initTransactions();
            consumer.subscribe(List.of(flags.get("source")));
            while (!isDone()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
                if (!records.isEmpty()) transaction(producer, consumer, records);
            }
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    private void transaction(
        KafkaProducer<byte[], byte[]> producer, KafkaConsumer<byte[], byte[]> consumer,
        ConsumerRecords<byte[], byte[]> records
    ) {
        String id = name + "-" + ++begun;
        int count = records.count();
        String ended = "{\"kind\":\"end\",\"transaction\":\"" + id + "\",\"records\":" + count;
        note("{\"kind\":\"begin\",\"transaction\":\"" + id + "\",\"records\":" + count + "}");
        boolean isAskedToCommit = false;
        try {
            producer.beginTransaction();
            Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                producer.send(new ProducerRecord<>(flags.get("target"), record.partition(), null, copyOf(record, id, count)));
                offsets.put(new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
            }
            String ledger = flags.getOrDefault("ledger", "");
            if (!ledger.isEmpty()) producer.send(new ProducerRecord<>(ledger, 0, null, bytes("0 " + id + " " + count + " ledger")));
            producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
            int abortEvery = number("abort-every");
            if (abortEvery > 0 && begun % abortEvery == 0) {
                producer.abortTransaction();
                note(ended + ",\"outcome\":\"aborted\"}");
                seekBack(consumer, records);
                return;
            }
            isAskedToCommit = true;
            producer.commitTransaction();
            committed += count;
            note(ended + ",\"outcome\":\"committed\"}");
        } catch (RuntimeException error) {
            // Before the commit was asked for, the transaction can only be aborted.
            String outcome = isAskedToCommit ? "unknown" : "aborted";
            note(ended + ",\"outcome\":\"" + outcome + "\",\"error\":" + quoted(error) + "}");
            throw error;
        }
    }

    /** With its place and transaction, unless the copy is to be the same as the source. */
    private byte[] copyOf(ConsumerRecord<byte[], byte[]> record, String id, int count) {
        if (flags.getOrDefault("plain", "false").equals("true")) return record.value();
        String source = new String(record.value(), StandardCharsets.UTF_8);
        return bytes(record.offset() + " " + id + " " + count + " " + source);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void seekBack(KafkaConsumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            consumer.seek(partition, records.records(partition).get(0).offset());
        }
    }

    private Properties common() {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", flags.get("bootstrap"));
        properties.put("reconnect.backoff.ms", 20);
        properties.put("reconnect.backoff.max.ms", 50);
        properties.put("retry.backoff.ms", 20);
        properties.put("retry.backoff.max.ms", 50);
        properties.put("request.timeout.ms", 5000);
        properties.put("socket.connection.setup.timeout.ms", 1000);
        return properties;
    }

    private Properties producerProperties() {
        Properties properties = common();
        properties.put("transactional.id", flags.get("id"));
        properties.put("transaction.timeout.ms", number("timeout-ms"));
        properties.put("delivery.timeout.ms", 15000);
        properties.put("max.block.ms", 20000);
        properties.put("linger.ms", 0);
        properties.put("key.serializer", ByteArraySerializer.class.getName());
        properties.put("value.serializer", ByteArraySerializer.class.getName());
        return properties;
    }

    private Properties consumerProperties() {
        Properties properties = common();
        properties.put("group.id", flags.get("group"));
        properties.put("group.instance.id", flags.getOrDefault("member", "copier"));
        properties.put("isolation.level", "read_committed");
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        properties.put("max.poll.records", number("per-transaction"));
        properties.put("fetch.max.wait.ms", 100);
        properties.put("session.timeout.ms", 10000);
        properties.put("heartbeat.interval.ms", 500);
        properties.put("key.deserializer", ByteArrayDeserializer.class.getName());
        properties.put("value.deserializer", ByteArrayDeserializer.class.getName());
        return properties;
    }
}
