package dev.explanations.worker.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs one action at the one time asked for last, on a thread of its own. Times are exact to what
 * the machine can do, unlike a punctuator's. Called under the dispatcher's lock, but for the
 * action.
 */
final class Timer implements AutoCloseable {

  private final ScheduledThreadPoolExecutor executor;
  private final Runnable action;
  private @Nullable ScheduledFuture<?> scheduled;
  private Instant at = Instant.MAX;

  /** The action throws nothing. */
  Timer(String name, Runnable action) {
    this.executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name(name).daemon().factory());
    this.executor.setRemoveOnCancelPolicy(true);
    this.action = action;
  }

  /** Instead of the time asked for before; {@link Instant#MAX} is never. */
  void at(Instant time, Instant now) {
    // one that has just rung, perhaps a little early, has no delay left
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
