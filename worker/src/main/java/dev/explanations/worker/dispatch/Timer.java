package dev.explanations.worker.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs an action at the time set last, on a thread of its own. More exact than a punctuator, which
 * runs between polls. {@link #at} is used under the dispatcher's lock only; the action runs without
 * it.
 */
final class Timer implements AutoCloseable {

  private final ScheduledThreadPoolExecutor executor;
  private final Runnable action;
  private @Nullable ScheduledFuture<?> scheduled;
  private Instant at = Instant.MAX;

  /** The action must not throw. */
  Timer(String name, Runnable action) {
    this.executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name(name).daemon().factory());
    this.executor.setRemoveOnCancelPolicy(true);
    this.action = action;
  }

  /** Sets the time, instead of the one set before; {@link Instant#MAX} for never. */
  void at(Instant time, Instant now) {
    // a timer that has just rung, perhaps a little early, has no delay left
    if (time.equals(at) && scheduled != null && scheduled.getDelay(TimeUnit.NANOSECONDS) > 0) {
      return;
    }
    if (scheduled != null) {
      scheduled.cancel(false);
      scheduled = null;
    }
    at = time;
    if (!time.equals(Instant.MAX) && !executor.isShutdown()) {
      scheduled =
          executor.schedule(action, Duration.between(now, time).toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
