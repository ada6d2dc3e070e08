// Client properties that every operation shares, and the JSON form of a record.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

final class Settings {
    private Settings() { }

    static Properties common(JsonNode command) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", command.get("bootstrap").asText());
        properties.put("client.id", command.path("clientId").asText("java"));
        return properties;
    }

    static Properties producer(JsonNode command) {
        Properties properties = common(command);
        properties.put("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        properties.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        properties.put("compression.type", command.path("compression").asText("none"));
        properties.put("enable.idempotence", command.path("idempotent").asBoolean(false));
        properties.put("acks", "all");
        // Client limits are raised, so that it is the broker that refuses.
        properties.put("max.request.size", 16 << 20);
        properties.put("buffer.memory", 64L << 20);
        properties.put("linger.ms", 5);
        return properties;
    }

    static Properties consumer(JsonNode command) {
        Properties properties = common(command);
        properties.put("key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        properties.put("value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        properties.put("enable.auto.commit", false);
        properties.put("auto.offset.reset", "earliest");
        if (command.path("committed").asBoolean(false)) properties.put("isolation.level", "read_committed");
        return properties;
    }

    private static byte[] bytes(JsonNode node) throws IOException {
        return node == null || node.isNull() ? null : node.binaryValue();
    }

    static ProducerRecord<byte[], byte[]> toProducerRecord(String topic, JsonNode node) throws IOException {
        Long timestamp = node.path("t").isNumber() ? node.get("t").asLong() : null;
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
            topic, node.get("p").asInt(), timestamp, bytes(node.get("k")), bytes(node.get("v")));
        for (JsonNode header : node.get("h")) record.headers().add(header.get(0).asText(), bytes(header.get(1)));
        return record;
    }

    static ObjectNode toJson(ConsumerRecord<byte[], byte[]> record) {
        ObjectNode node = Adapter.JSON.createObjectNode();
        node.put("k", record.key());
        node.put("v", record.value());
        ArrayNode headers = node.putArray("h");
        for (Header header : record.headers()) headers.addArray().add(header.key()).add(header.value());
        node.put("t", record.timestamp());
        node.put("p", record.partition());
        node.put("o", record.offset());
        return node;
    }
}
