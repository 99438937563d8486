package dev.explanations.worker.gate;

/**
 * How many calls may run at once. It starts low and grows by one with each success, which doubles
 * it every round trip: hundreds of TLS handshakes at the same moment fail, at the start and when an
 * outage ends. A run of failures takes it back to where it started.
 *
 * <p>Being throttled halves it, and from there it grows by one a round trip: additive increase,
 * multiplicative decrease, as TCP has it (RFC 5681). Only a call that began after the last decrease
 * can decrease it again: the others of its burst learn the same thing at the same time.
 *
 * <p>Used under the dispatcher's lock only.
 */
final class InFlightLimit {

  private static final int SLOW_START = 16;
  private static final int FAILURES_THAT_MEAN_OUTAGE = 5;

  private final int max;
  private int current;

  /** Below this the limit doubles every round trip, above it grows by one. */
  private int threshold;

  private int successes;
  private int consecutiveFailures;
  private long epoch;

  InFlightLimit(int max) {
    this.max = max;
    this.current = Math.min(SLOW_START, max);
    this.threshold = max;
  }

  int current() {
    return current;
  }

  /** Epoch of a call that begins now, for {@link #onThrottled}. */
  long epoch() {
    return epoch;
  }

  void onSuccess() {
    consecutiveFailures = 0;
    if (current >= max) {
      return;
    }
    if (current < threshold) {
      current++;
    } else if (++successes >= current) {
      successes = 0;
      current++;
    }
  }

  void onFailure() {
    if (++consecutiveFailures >= FAILURES_THAT_MEAN_OUTAGE) {
      restart();
    }
  }

  void onThrottled(long epoch) {
    if (epoch == this.epoch) {
      this.epoch++;
      successes = 0;
      current = Math.max(1, current / 2);
      threshold = current;
    }
  }

  /** Begins anew, with no more than the present limit. */
  void restart() {
    consecutiveFailures = 0;
    successes = 0;
    current = Math.min(SLOW_START, current);
    threshold = max;
  }
}
