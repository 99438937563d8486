package dev.explanations.worker.ops;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What waits in a worker, as operators see it.
 *
 * @param pending requests
 * @param maxPending above which new requests are answered {@code unavailable}
 * @param oldestPending how long the oldest of them has waited; {@code null} if none waits
 * @param oldestOutcome how long the oldest outcome of a call has been on its way through Kafka to
 *     its task; {@code null} if none is
 * @param overdueCalls look-ups and calls that should have ended long ago, by their time limit
 */
public record QueueView(
    long pending,
    int maxPending,
    @Nullable Duration oldestPending,
    @Nullable Duration oldestOutcome,
    int overdueCalls) {

  /** It usually takes some hundredths of a second. */
  static final Duration STUCK = Duration.ofSeconds(10);

  boolean full() {
    return pending >= maxPending;
  }

  boolean stuck() {
    return oldestOutcome != null && oldestOutcome.compareTo(STUCK) > 0;
  }
}
