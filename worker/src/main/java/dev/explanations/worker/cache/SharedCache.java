package dev.explanations.worker.cache;

import dev.explanations.worker.contract.peer.CacheEntry;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Cache of explanations that workers, clusters and applications share. It may fail at any time: a
 * failed read is a miss, a failed write is lost.
 *
 * <p>No method throws. Each blocks on the network, so call it on virtual threads, never on a stream
 * thread. An interrupt ends a call as a failure, with the interrupt flag set. Thread-safe.
 */
public interface SharedCache {

  /** Whether a look-up is likely to be answered. Does not block. */
  boolean isAvailable();

  /** The entry of a cache key, if there is one that has not expired. */
  Optional<CacheEntry> get(String cacheKey);

  /** The same as {@link #get}, but in no statistics. */
  default Optional<CacheEntry> peek(String cacheKey) {
    return get(cacheKey);
  }

  /** Keeps an entry until it expires, instead of whatever is there. */
  void put(String cacheKey, CacheEntry entry);

  /**
   * Deletes the entries that match. One written at the same moment under the same key may be
   * deleted in place of the one that matched. Reads every entry: for background threads.
   */
  Deletion deleteAll(Predicate<CacheEntry> those);

  /**
   * Result of a deletion.
   *
   * @param complete false if the cache failed before all entries were read
   */
  record Deletion(long entries, boolean complete) {}

  /** A cache that is always empty. */
  static SharedCache none() {
    return new SharedCache() {
      @Override
      public boolean isAvailable() {
        return false;
      }

      @Override
      public Optional<CacheEntry> get(String cacheKey) {
        return Optional.empty();
      }

      @Override
      public void put(String cacheKey, CacheEntry entry) {}

      @Override
      public Deletion deleteAll(Predicate<CacheEntry> those) {
        return new Deletion(0, true);
      }
    };
  }
}
