// Reads lines "topic hex", appends the bytes to a log of Kafka's as a Produce request would, and prints the name of the
// error, or "NONE" and the largest timestamp. The topics: plain, compact, log-append-time.

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.RecordValidationException;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

public final class Verdicts {
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        String maxMessageBytes = arguments[1];
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        Map<String, UnifiedLog> logs = new HashMap<>();
        StringBuilder output = new StringBuilder();
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] parts = line.split(" ", -1);
            UnifiedLog log = logs.get(parts[0]);
            if (log == null) logs.put(parts[0], log = open(folder, parts[0], maxMessageBytes));
            output.append(judge(log, HexFormat.of().parseHex(parts[1]))).append('\n');
        }
        System.out.print(output);
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static String judge(UnifiedLog log, byte[] bytes) {
        MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(bytes));
        try {
            ProduceRequest.validateRecords((short) 9, records);
            return "NONE " + log.appendAsLeader(records, 0).maxTimestamp();
        } catch (RecordValidationException refused) {
            return Errors.forException(refused.invalidException()).name();
        } catch (Throwable refused) {
            return Errors.forException(refused).name();
        }
    }

    private static UnifiedLog open(Path folder, String topic, String maxMessageBytes) throws Exception {
        Map<String, String> config = new HashMap<>();
        config.put("max.message.bytes", maxMessageBytes);
        if (topic.equals("compact")) config.put("cleanup.policy", "compact");
        if (topic.equals("log-append-time")) config.put("message.timestamp.type", "LogAppendTime");
        File data = Files.createDirectories(folder.resolve(topic + "-0")).toFile();
        KafkaScheduler scheduler = new KafkaScheduler(1);
        scheduler.startup();
        return UnifiedLog.create(data, new LogConfig(config), 0, 0, scheduler, new BrokerTopicStats(), Time.SYSTEM, 300_000,
            new ProducerStateManagerConfig(86_400_000, false), 600_000, new LogDirFailureChannel(10), true, Optional.empty());
    }
}
