package dev.explanations.worker.flow;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.errors.StreamsException;
import org.rocksdb.RocksDBException;

/** Tells what a record is to blame for from what its surroundings are. */
public final class Unforeseen {

  private static final int DEEPEST = 100;

  private Unforeseen() {}

  /**
   * Whether the record that was handled is not to blame: Kafka, a store or the disk below it, a
   * class that could not be loaded, memory that is used up. Any other record would meet the same.
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
   * As an exception: Kafka Streams asks nobody about an Error, whose thread would be gone without a
   * replacement.
   */
  public static RuntimeException asException(Throwable failure) {
    return failure instanceof RuntimeException exception
        ? exception
        : new StreamsException("unforeseen: " + failure.getClass().getSimpleName(), failure);
  }
}
