package dev.explanations.worker.cache;

/**
 * Counts since the start. The number of entries is missing: others may have keys in the same Redis,
 * so it would have to be scanned.
 *
 * @param hits look-ups that found an entry
 * @param misses look-ups that Redis answered without one that could be used
 * @param skipped look-ups that were not made, since Redis was away
 * @param sets entries written
 * @param errors look-ups and other commands that failed otherwise than by a timeout
 * @param timeouts look-ups and other commands that took longer than {@code REDIS_TIMEOUT}
 * @param tokensSaved tokens of the calls that hits made needless
 */
public record CacheTierStatistics(
    long hits, long misses, long skipped, long sets, long errors, long timeouts, long tokensSaved) {

  /** Calls to Gemini that hits made needless. */
  public long callsSaved() {
    return hits;
  }
}
