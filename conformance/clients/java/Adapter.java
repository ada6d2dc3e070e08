// The Java client as a long process: one JSON command per line in, one JSON answer or event per line out.
// A JVM costs a second to start, so every case of the matrix goes through the same one.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;

public final class Adapter {
    static final ObjectMapper JSON = new ObjectMapper();
    /** The tools redirect System.out, so the protocol keeps the stream that the process started with. */
    private static final PrintStream OUT = System.out;

    private static final Map<String, Member> MEMBERS = new ConcurrentHashMap<>();
    private static final Map<String, Streaming> STREAMS = new ConcurrentHashMap<>();

    private interface Operation {
        ObjectNode run(JsonNode command) throws Exception;
    }

    private static final Map<String, Operation> OPERATIONS = Map.ofEntries(
        Map.entry("produce", Producing::produce),
        Map.entry("consume", Consuming::consume),
        Map.entry("digest", Consuming::digest),
        Map.entry("transact", Transacting::transact),
        Map.entry("copy", Copying::copy),
        Map.entry("join", Adapter::join),
        Map.entry("commit", command -> MEMBERS.get(session(command)).commit()),
        Map.entry("leave", command -> MEMBERS.remove(session(command)).leave()),
        Map.entry("stream-start", Adapter::startStream),
        Map.entry("stream-stop", command -> STREAMS.remove(session(command)).finish()),
        Map.entry("create-topic", Administration::createTopic),
        Map.entry("delete-topic", Administration::deleteTopic),
        Map.entry("tool", Tools::run)
    );

    private Adapter() { }

    public static void main(String[] arguments) throws Exception {
        Tools.install();
        ExecutorService pool = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task);
            thread.setDaemon(true);
            return thread;
        });
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            JsonNode command = JSON.readTree(line);
            pool.submit(() -> answer(command));
        }
        // The driver closed our input: it is gone, and nothing here is worth an orderly end.
        Runtime.getRuntime().halt(0);
    }

    private static void answer(JsonNode command) {
        ObjectNode reply = JSON.createObjectNode();
        reply.set("id", command.get("id"));
        try {
            Operation operation = OPERATIONS.get(command.get("op").asText());
            if (operation == null) throw new IllegalArgumentException("no operation " + command.get("op"));
            reply.set("ok", operation.run(command));
        } catch (Throwable error) {
            reply.set("error", describe(error));
        }
        emit(reply);
    }

    static ObjectNode describe(Throwable error) {
        Throwable cause = error instanceof ExecutionException && error.getCause() != null ? error.getCause() : error;
        ObjectNode node = JSON.createObjectNode();
        node.put("code", cause instanceof ApiException ? Errors.forException(cause).code() : -1000);
        node.put("message", String.valueOf(cause));
        return node;
    }

    static void emit(ObjectNode node) {
        synchronized (OUT) {
            OUT.println(node);
            OUT.flush();
        }
    }

    static ObjectNode event(String session, String name) {
        return JSON.createObjectNode().put("session", session).put("event", name);
    }

    private static String session(JsonNode command) {
        return command.get("session").asText();
    }

    private static ObjectNode join(JsonNode command) {
        Member member = new Member(command);
        MEMBERS.put(session(command), member);
        member.start();
        return JSON.createObjectNode();
    }

    private static ObjectNode startStream(JsonNode command) {
        Streaming streaming = new Streaming(command);
        STREAMS.put(session(command), streaming);
        streaming.start();
        return JSON.createObjectNode();
    }
}
