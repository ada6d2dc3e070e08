// Topics for the cases: created and deleted by the Java client whichever client is under test.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

final class Administration {
    private Administration() { }

    static ObjectNode createTopic(JsonNode command) throws Exception {
        Map<String, String> configs = new HashMap<>();
        command.path("configs").properties().forEach(entry -> configs.put(entry.getKey(), entry.getValue().asText()));
        NewTopic topic = new NewTopic(command.get("topic").asText(), command.get("partitions").asInt(), (short) 1);
        try (Admin admin = Admin.create(Settings.common(command))) {
            admin.createTopics(List.of(topic.configs(configs))).all().get();
            awaitVisible(admin, topic.name());
        }
        return Adapter.JSON.createObjectNode();
    }

    /** Kafka answers before its metadata shows the topic; not every client waits for that. */
    private static void awaitVisible(Admin admin, String topic) throws Exception {
        for (int attempt = 0; attempt < 200; attempt++) {
            try {
                admin.describeTopics(List.of(topic)).allTopicNames().get();
                return;
            } catch (ExecutionException error) {
                if (!(error.getCause() instanceof UnknownTopicOrPartitionException)) throw error;
                Thread.sleep(10);
            }
        }
        throw new IllegalStateException(topic + " was created and did not appear");
    }

    static ObjectNode deleteTopic(JsonNode command) throws Exception {
        try (Admin admin = Admin.create(Settings.common(command))) {
            admin.deleteTopics(List.of(command.get("topic").asText())).all().get();
        }
        return Adapter.JSON.createObjectNode();
    }
}
