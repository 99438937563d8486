package dev.explanations.worker.cache;

import java.time.Duration;

/**
 * What the tier has done since the start. How many entries it holds is not among it: Redis would
 * have to be scanned for that, since others may have keys in it.
 *
 * @param hits lookups that found an entry
 * @param misses lookups that Redis answered without one that could be used
 * @param skipped lookups that were not made, since Redis was away
 * @param sets entries written
 * @param errors lookups and other commands that failed otherwise than by a timeout
 * @param timeouts lookups and other commands that took longer than {@code REDIS_TIMEOUT}
 * @param meanLatency of lookups, however they ended
 * @param maxLatency of a lookup
 * @param tokensSaved what the calls had cost that hits made needless
 */
public record CacheTierStatistics(
    long hits,
    long misses,
    long skipped,
    long sets,
    long errors,
    long timeouts,
    Duration meanLatency,
    Duration maxLatency,
    long tokensSaved) {

  /** Of the lookups that Redis answered, from 0 to 1; 0 if there were none. */
  public double hitRate() {
    return hits == 0 ? 0 : (double) hits / (hits + misses);
  }

  /** Calls to Gemini that hits made needless. */
  public long callsSaved() {
    return hits;
  }
}
