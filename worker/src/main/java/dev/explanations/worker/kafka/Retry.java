package dev.explanations.worker.kafka;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.ApiException;

/** Repeats an admin request while the cluster catches up with itself. */
final class Retry {

  private static final Duration GIVE_UP_AFTER = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private Retry() {}

  @FunctionalInterface
  interface Attempt<T> {
    T get() throws ExecutionException, InterruptedException;
  }

  /** The first answer that is not {@code transientFailure}. */
  static <T> T until(Attempt<T> attempt, Class<? extends ApiException> transientFailure)
      throws ExecutionException, InterruptedException {
    long start = System.nanoTime();
    while (true) {
      try {
        return attempt.get();
      } catch (ExecutionException e) {
        if (!transientFailure.isInstance(e.getCause())
            || System.nanoTime() - start > GIVE_UP_AFTER.toNanos()) {
          throw e;
        }
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    }
  }
}
