// Kafka's command line tools inside this JVM: their main methods with output, input and exit caught.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.utils.Exit;

final class Tools {
    private static final Switch OUT = new Switch();
    private static final Switch ERR = new Switch();
    /** What the tool wanted to run at the end of its process: the console producer sends its last batch there. */
    private static final List<Runnable> HOOKS = new CopyOnWriteArrayList<>();
    private static volatile CompletableFuture<Integer> exitStatus = new CompletableFuture<>();

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
        Exit.setExitProcedure((status, message) -> exit(status));
        Exit.setHaltProcedure((status, message) -> exit(status));
        Exit.setShutdownHookAdder((name, runnable) -> HOOKS.add(runnable));
    }

    /** Notes the first status and keeps the tool's thread for good: a tool would catch and print any exception. */
    private static void exit(int status) {
        exitStatus.complete(status);
        while (true) LockSupport.park();
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
        Method main = Class.forName(className).getMethod("main", String[].class);
        CompletableFuture<Integer> status = new CompletableFuture<>();
        exitStatus = status;
        Thread thread = new Thread(() -> {
            try {
                main.invoke(null, (Object) arguments);
                status.complete(0);
            } catch (InvocationTargetException wrapped) {
                wrapped.getCause().printStackTrace();
                status.complete(1);
            } catch (ReflectiveOperationException error) {
                status.completeExceptionally(error);
            }
        });
        thread.setDaemon(true);
        thread.start();
        int code = status.get();
        HOOKS.forEach(Runnable::run);
        HOOKS.clear();
        return code;
    }
}
