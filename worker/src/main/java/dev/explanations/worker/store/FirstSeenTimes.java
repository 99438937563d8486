package dev.explanations.worker.store;

import java.time.Instant;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * First-seen times of pending requests as a histogram: one count per second, so that a million
 * requests take little memory. Beyond {@link #MAX_COUNTS} counts the seconds are merged in pairs.
 * Used by the stream thread only.
 */
final class FirstSeenTimes {

  static final int MAX_COUNTS = 4096;

  private TreeMap<Long, Integer> counts = new TreeMap<>();
  private long width = 1000;

  void add(Instant firstSeen) {
    counts.merge(slot(firstSeen.toEpochMilli()), 1, Integer::sum);
    if (counts.size() > MAX_COUNTS) {
      coarsen();
    }
  }

  void remove(Instant firstSeen) {
    counts.computeIfPresent(slot(firstSeen.toEpochMilli()), FirstSeenTimes::oneLess);
  }

  /** Removes a request whose time is unknown: one of the oldest. */
  void removeAny() {
    if (!counts.isEmpty()) {
      counts.computeIfPresent(counts.firstKey(), FirstSeenTimes::oneLess);
    }
  }

  private static @Nullable Integer oneLess(long slot, int count) {
    return count == 1 ? null : count - 1;
  }

  /** First-seen time of the oldest request, to the slot; {@code null} if there is none. */
  @Nullable Instant oldest() {
    return counts.isEmpty() ? null : Instant.ofEpochMilli(counts.firstKey() * width);
  }

  private void coarsen() {
    width *= 2;
    TreeMap<Long, Integer> coarser = new TreeMap<>();
    counts.forEach((slot, count) -> coarser.merge(Math.floorDiv(slot, 2L), count, Integer::sum));
    counts = coarser;
  }

  private long slot(long millis) {
    return Math.floorDiv(millis, width);
  }
}
