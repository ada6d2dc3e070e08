// Reads lines "class version hex", lets Kafka's own class decode the bytes and encode them again, and prints the
// result as hex, or "error" with the reason.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Readable;

public final class Recode {
    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        StringBuilder output = new StringBuilder();
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] parts = line.split(" ", -1);
            output.append(recode(parts[0], Short.parseShort(parts[1]), HexFormat.of().parseHex(parts[2]))).append('\n');
        }
        System.out.print(output);
    }

    private static String recode(String className, short version, byte[] bytes) {
        try {
            ByteBufferAccessor readable = new ByteBufferAccessor(ByteBuffer.wrap(bytes));
            Message message = (Message) Class.forName(className)
                .getConstructor(Readable.class, short.class)
                .newInstance(readable, version);
            if (readable.remaining() > 0) {
                return "error " + readable.remaining() + " bytes left over";
            }
            ObjectSerializationCache cache = new ObjectSerializationCache();
            ByteBuffer buffer = ByteBuffer.allocate(message.size(cache, version));
            message.write(new ByteBufferAccessor(buffer), cache, version);
            return HexFormat.of().formatHex(buffer.array(), 0, buffer.position());
        } catch (ReflectiveOperationException | RuntimeException error) {
            Throwable reason = error.getCause() == null ? error : error.getCause();
            return "error " + reason.toString().replace('\n', ' ');
        }
    }
}
