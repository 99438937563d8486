package dev.explanations.lab.submit;

import java.time.Duration;

/** Sorted latencies. */
public final class Latencies {

  private final long[] sortedNanos;

  public Latencies(long[] sortedNanos) {
    this.sortedNanos = sortedNanos;
  }

  public int count() {
    return sortedNanos.length;
  }

  /**
   * The smallest latency that at least that share of all does not exceed; zero when there is none.
   *
   * @param share from 0 to 1, for instance 0.99
   */
  public Duration quantile(double share) {
    if (sortedNanos.length == 0) {
      return Duration.ZERO;
    }
    int index = (int) Math.ceil(share * sortedNanos.length) - 1;
    return Duration.ofNanos(sortedNanos[Math.clamp(index, 0, sortedNanos.length - 1)]);
  }
}
