package dev.explanations.worker.task;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential backoff with full jitter: after the n-th failure a delay drawn evenly from 1 ms to
 * {@code min(max, base * 2^(n-1))}, so that requests that failed together are not tried again
 * together. Used by the stream thread only.
 */
record Backoff(Duration base, Duration max, RandomGenerator random) {

  private static final int MAX_DOUBLINGS = 30;

  Duration afterFailure(int failures) {
    long factor = 1L << Math.min(Math.max(failures, 1) - 1, MAX_DOUBLINGS);
    long ceiling = Math.min(max.toMillis(), base.toMillis() * factor);
    return Duration.ofMillis(1 + random.nextLong(Math.max(1, ceiling)));
  }
}
