package dev.explanations.worker.kafka;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.fixture.ManualClock;
import dev.explanations.worker.store.StateFormatException;
import dev.explanations.worker.topology.RecordFailures;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;

class StreamFailuresTest {

  private final AtomicInteger removed = new AtomicInteger();
  private final StreamFailures failures =
      new StreamFailures(
          new ManualClock(),
          thread -> removed.incrementAndGet(),
          failure ->
              failure.getCause() instanceof TopicAuthorizationException
                  ? Optional.of("not allowed: Read on topic requests")
                  : Optional.empty());

  @Test
  void deathsOfARecord_useUpNoReplacement() {
    Throwable ofRecord =
        new StreamsException("x", RecordFailures.of(new IllegalStateException("odd")));
    for (int i = 0; i < 20; i++) {
      assertThat(failures.handle(ofRecord)).isEqualTo(REPLACE_THREAD);
    }
    assertThat(removed).hasValue(20);

    for (int i = 0; i < 5; i++) {
      assertThat(failures.handle(new StreamsException("disk"))).isEqualTo(REPLACE_THREAD);
    }
    assertThat(failures.handle(new StreamsException("disk"))).isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void stateThatCannotBeRead_endsTheWorker() {
    assertThat(failures.handle(new StreamsException("x", new StateFormatException(3, 2))))
        .isEqualTo(SHUTDOWN_CLIENT);
  }

  @Test
  void operationThatIsNotAllowed_endsTheWorker() {
    assertThat(
            failures.handle(
                new StreamsException("x", new TopicAuthorizationException(Set.of("requests")))))
        .isEqualTo(SHUTDOWN_CLIENT);
    assertThat(removed).hasValue(0);
  }

  @Test
  void memoryThatIsUsedUp_endsTheWorker() {
    assertThat(failures.handle(new StreamsException("x", new OutOfMemoryError("not a real one"))))
        .isEqualTo(SHUTDOWN_CLIENT);
  }
}
