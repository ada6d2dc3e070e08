// Prints Kafka's error codes: code, name, and whether its clients may retry.

import org.apache.kafka.common.errors.RetriableException;

public final class Errors {
    public static void main(String[] arguments) {
        for (var error : org.apache.kafka.common.protocol.Errors.values()) {
            boolean retriable = error.exception() instanceof RetriableException;
            System.out.println(error.code() + " " + error.name() + " " + retriable);
        }
    }
}
