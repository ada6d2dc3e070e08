// Kafka's command line tools inside this JVM: their main methods with output, input and exit caught.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Exit;

final class Tools {
    private static final Switch OUT = new Switch();
    private static final Switch ERR = new Switch();

    private Tools() { }

    /** Where System.out or System.err of this process goes now. Scala's tools keep the stream they saw first. */
    private static final class Switch extends OutputStream {
        private ByteArrayOutputStream target = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int value) {
            target.write(value);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            target.write(bytes, offset, length);
        }

        synchronized String take() {
            String text = target.toString(StandardCharsets.UTF_8);
            target = new ByteArrayOutputStream();
            return text;
        }
    }

    /** Catches the standard streams for good; before that the protocol must have kept its own. */
    static void install() {
        System.setOut(new PrintStream(OUT, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(ERR, true, StandardCharsets.UTF_8));
        Exit.setExitProcedure((status, message) -> {
            throw new ExitCalled(status);
        });
        Exit.setHaltProcedure((status, message) -> {
            throw new ExitCalled(status);
        });
        Exit.setShutdownHookAdder((name, runnable) -> { });
    }

    /** What a tool throws out of its own exit call, with the status that it wanted. */
    private static final class ExitCalled extends RuntimeException {
        private static final long serialVersionUID = 1L;
        final int status;

        ExitCalled(int status) {
            super("exit " + status);
            this.status = status;
        }
    }

    /** One tool at a time: the standard streams belong to the whole process. */
    static synchronized ObjectNode run(JsonNode command) throws Exception {
        List<String> arguments = new ArrayList<>();
        for (JsonNode argument : command.get("args")) arguments.add(argument.asText());
        InputStream systemIn = System.in;
        System.setIn(new ByteArrayInputStream(command.path("stdin").asText("").getBytes(StandardCharsets.UTF_8)));
        OUT.take();
        ERR.take();
        int code;
        try {
            code = call(command.get("class").asText(), arguments.toArray(new String[0]));
        } finally {
            System.setIn(systemIn);
        }
        ObjectNode result = Adapter.JSON.createObjectNode();
        result.put("code", code);
        result.put("stdout", OUT.take());
        result.put("stderr", ERR.take());
        return result;
    }

    private static int call(String className, String[] arguments) throws Exception {
        try {
            Class.forName(className).getMethod("main", String[].class).invoke(null, (Object) arguments);
            return 0;
        } catch (InvocationTargetException wrapped) {
            if (wrapped.getCause() instanceof ExitCalled exit) return exit.status;
            wrapped.getCause().printStackTrace();
            return 1;
        }
    }
}
