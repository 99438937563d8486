package dev.explanations.worker.dispatch;

/**
 * How many calls may run at once. It starts low and grows by one with each success, which doubles
 * it every round trip: hundreds of TLS handshakes at the same moment fail, at the start and when an
 * outage ends. A run of failures takes it back to where it started.
 *
 * <p>Not thread-safe: the dispatcher calls it under its lock.
 */
final class InFlightLimit {

  private static final int SLOW_START = 16;
  private static final int FAILURES_THAT_MEAN_OUTAGE = 5;

  private final int max;
  private int current;
  private int consecutiveFailures;

  InFlightLimit(int max) {
    this.max = max;
    this.current = Math.min(SLOW_START, max);
  }

  int current() {
    return current;
  }

  int max() {
    return max;
  }

  void onSuccess() {
    consecutiveFailures = 0;
    current = Math.min(max, current + 1);
  }

  void onFailure() {
    if (++consecutiveFailures >= FAILURES_THAT_MEAN_OUTAGE) {
      current = Math.min(SLOW_START, max);
    }
  }
}
