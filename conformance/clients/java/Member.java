// One member of a consumer group: polls on a thread of its own and tells the driver what it was assigned and
// what it read.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

final class Member extends Thread implements ConsumerRebalanceListener {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String ASSIGNORS = "org.apache.kafka.clients.consumer.";

    private final String session;
    private final String topic;
    private final Properties properties;
    private final TreeSet<Integer> assigned = new TreeSet<>();
    private final ConcurrentLinkedQueue<CompletableFuture<Void>> commits = new ConcurrentLinkedQueue<>();
    private volatile boolean leaving;

    Member(JsonNode command) {
        session = command.get("session").asText();
        topic = command.get("topic").asText();
        properties = Settings.consumer(command);
        properties.put("group.id", command.get("group").asText());
        properties.put("session.timeout.ms", command.get("sessionTimeoutMs").asInt());
        properties.put("heartbeat.interval.ms", 500);
        properties.put("metadata.max.age.ms", 2000);
        // A member that looks for its topic while that is deleted must not create it.
        properties.put("allow.auto.create.topics", false);
        if (command.hasNonNull("instanceId")) properties.put("group.instance.id", command.get("instanceId").asText());
        boolean cooperative = command.path("cooperative").asBoolean(false);
        properties.put("partition.assignment.strategy",
            ASSIGNORS + (cooperative ? "CooperativeStickyAssignor" : "RangeAssignor"));
        setDaemon(true);
    }

    @Override
    public void run() {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties)) {
            consumer.subscribe(List.of(topic), this);
            while (!leaving) {
                deliver(consumer.poll(POLL));
                commitWhenAsked(consumer);
            }
        } catch (RuntimeException error) {
            Adapter.emit(Adapter.event(session, "failed").put("message", String.valueOf(error)));
        }
    }

    private void deliver(ConsumerRecords<byte[], byte[]> batch) {
        if (batch.isEmpty()) return;
        ObjectNode event = Adapter.event(session, "records");
        ArrayNode records = event.putArray("records");
        for (ConsumerRecord<byte[], byte[]> record : batch) records.add(Settings.toJson(record));
        Adapter.emit(event);
    }

    private void commitWhenAsked(KafkaConsumer<byte[], byte[]> consumer) {
        CompletableFuture<Void> commit = commits.poll();
        if (commit == null) return;
        try {
            consumer.commitSync();
            commit.complete(null);
        } catch (RuntimeException error) {
            commit.completeExceptionally(error);
        }
    }

    private void tellAssignment() {
        ObjectNode event = Adapter.event(session, "assigned");
        ArrayNode partitions = event.putArray("partitions");
        assigned.forEach(partitions::add);
        Adapter.emit(event);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) assigned.add(partition.partition());
        tellAssignment();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) assigned.remove(partition.partition());
        tellAssignment();
    }

    ObjectNode commit() throws Exception {
        CompletableFuture<Void> commit = new CompletableFuture<>();
        commits.add(commit);
        commit.get();
        return Adapter.JSON.createObjectNode();
    }

    ObjectNode leave() throws InterruptedException {
        leaving = true;
        join();
        return Adapter.JSON.createObjectNode();
    }
}
