package dev.explanations.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Notices that the wall clock has been set back. Kafka's clients measure their waits by it: one
 * that waits when it is set back stands still until it has caught up, be that an hour, and cannot
 * be closed meanwhile. A few seconds pass; for more, only a new process helps.
 */
final class ClockWatch implements AutoCloseable {

  /** Largest step that Kafka's clients recover from within a session. */
  static final Duration BEARABLE = Duration.ofSeconds(5);

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Supplier<Duration> setBack;
  private final Consumer<Duration> unbearable;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("clock-watch").daemon().factory());
  private volatile boolean wrong;

  /**
   * @param setBack by how much the wall clock is behind where it should be
   * @param unbearable told once, when that is more than can be lived with
   */
  ClockWatch(Supplier<Duration> setBack, Consumer<Duration> unbearable) {
    this.setBack = setBack;
    this.unbearable = unbearable;
  }

  void start() {
    // the executor measures by nanoTime; look lets no exception out
    var _ =
        timer.scheduleWithFixedDelay(
            this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether it has been set back for too much: nothing that this process measures is true. */
  boolean isWrong() {
    return wrong;
  }

  void look() {
    Duration step = setBack.get();
    if (!wrong && step.compareTo(BEARABLE) > 0) {
      wrong = true;
      unbearable.accept(step);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
