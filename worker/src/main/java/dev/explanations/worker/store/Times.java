package dev.explanations.worker.store;

import java.time.Instant;

/** The times that stores can hold: milliseconds since the epoch, up to the end of the year 9999. */
final class Times {

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private Times() {}

  static boolean areKept(Instant... times) {
    for (Instant time : times) {
      if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
        return false;
      }
    }
    return true;
  }

  /** Times beyond are clamped: their place in an index is the first or the last. */
  static long millis(Instant time) {
    return time.isBefore(Instant.EPOCH) ? 0 : (time.isAfter(LATEST) ? LATEST : time).toEpochMilli();
  }
}
