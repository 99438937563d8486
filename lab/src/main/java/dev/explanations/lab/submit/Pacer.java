package dev.explanations.lab.submit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Holds one thread to a steady rate. A delay is made up for, so the rate holds on average. */
public final class Pacer {

  private final long intervalNanos;
  private long next = System.nanoTime();

  /** No limit when the rate is 0. */
  public Pacer(double perSecond) {
    this.intervalNanos =
        perSecond == 0 ? 0 : Math.round(Duration.ofSeconds(1).toNanos() / perSecond);
  }

  /** Returns when the next step is due, or at once when the thread is interrupted. */
  public void await() {
    if (intervalNanos == 0) {
      return;
    }
    while (next - System.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, next - System.nanoTime());
    }
    next += intervalNanos;
  }
}
