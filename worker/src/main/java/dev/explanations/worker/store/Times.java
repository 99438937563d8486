package dev.explanations.worker.store;

import java.time.Instant;

/** Bounds of times in stores: from the epoch to the end of the year 9999, in milliseconds. */
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

  /** Milliseconds of a time, clamped to the bounds. */
  static long millis(Instant time) {
    return time.isBefore(Instant.EPOCH) ? 0 : (time.isAfter(LATEST) ? LATEST : time).toEpochMilli();
  }
}
