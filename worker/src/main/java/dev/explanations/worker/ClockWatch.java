package dev.explanations.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Detects that the wall clock has been set back. Kafka's clients measure waits by it: a client that
 * waits at that moment stands still until the clock has caught up, be that an hour, and cannot be
 * closed meanwhile. Beyond a few seconds only a new process helps. Thread-safe.
 */
final class ClockWatch implements AutoCloseable {

  /** Longest step that Kafka's clients recover from within a session. */
  static final Duration BEARABLE = Duration.ofSeconds(5);

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Supplier<Duration> setBack;
  private final Consumer<Duration> unbearable;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("clock-watch").daemon().factory());
  private volatile boolean wrong;

  /**
   * @param setBack how far the wall clock is behind
   * @param unbearable called once, when that is more than {@link #BEARABLE}
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

  /** Whether the clock was set back too far: no time that this process measures is right. */
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
