// An idempotent producer that sends numbered records one after another until it is told to stop, while the
// driver cuts its connections.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

final class Streaming extends Thread {
    private final String topic;
    private final String prefix;
    private final long intervalMs;
    private final Properties properties;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final List<String> failures = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean stopping;
    private int sent;

    Streaming(JsonNode command) {
        topic = command.get("topic").asText();
        prefix = command.get("prefix").asText();
        intervalMs = command.get("intervalMs").asLong();
        properties = Settings.producer(command);
        properties.put("enable.idempotence", true);
        properties.put("linger.ms", 0);
        properties.put("reconnect.backoff.max.ms", 100);
        properties.put("retry.backoff.max.ms", 100);
        setDaemon(true);
    }

    @Override
    public void run() {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
            while (!stopping) {
                byte[] value = (prefix + sent++).getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic, 0, null, value), (metadata, error) -> {
                    if (error == null) acknowledged.incrementAndGet();
                    else failures.add(String.valueOf(error));
                });
                Thread.sleep(intervalMs);
            }
            producer.flush();
        } catch (InterruptedException interrupted) {
            failures.add("interrupted");
        }
    }

    ObjectNode finish() throws InterruptedException {
        stopping = true;
        join();
        ObjectNode result = Adapter.JSON.createObjectNode();
        result.put("sent", sent).put("acked", acknowledged.get());
        ArrayNode list = result.putArray("failures");
        failures.forEach(list::add);
        return result;
    }
}
