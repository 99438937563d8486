package dev.explanations.worker.flow;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.StreamsException;
import org.rocksdb.RocksDBException;

/** Tells failures caused by a record from failures of its surroundings. */
public final class Unforeseen {

  private static final int DEEPEST = 100;

  private Unforeseen() {}

  /**
   * Whether the surroundings failed: Kafka, a store or its disk, a class that could not be loaded,
   * memory. Any other record would have failed as well.
   */
  public static boolean isSurroundings(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < DEEPEST; i++) {
      boolean environment =
          switch (cause) {
            case KafkaException _, RocksDBException _, InterruptedException _ -> true;
            case LinkageError _ -> true;
            case StackOverflowError _ -> false;
            case VirtualMachineError _ -> true;
            case IOException _ -> !(cause instanceof JacksonException);
            default -> false;
          };
      if (environment) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /**
   * The failure as an exception. Kafka Streams does not ask its exception handler about an Error:
   * the thread would end without a replacement.
   */
  public static RuntimeException asException(Throwable failure) {
    return failure instanceof RuntimeException exception
        ? exception
        : new StreamsException("unforeseen: " + failure.getClass().getSimpleName(), failure);
  }
}
