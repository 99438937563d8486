package dev.explanations.worker.cache;

import dev.explanations.worker.contract.peer.CacheEntry;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Explanations that workers, clusters and applications share. It may fail at any time and nobody
 * suffers: what cannot be read was not there, what cannot be written is lost.
 *
 * <p>No method throws. Each waits for the network, so none may be called on a stream thread;
 * virtual threads are meant. Safe for use by many threads. An interrupt ends a call early, as if
 * the cache had failed, the thread's interrupt flag set.
 */
public interface SharedCache {

  /** Whether a lookup is worth its time, as far as is known already. Never waits. */
  boolean isAvailable();

  /** The entry of a cache key, if there is one that has not expired. */
  Optional<CacheEntry> get(String cacheKey);

  /** Keeps an entry until it expires, instead of whatever is there. */
  void put(String cacheKey, CacheEntry entry);

  /**
   * Deletes those entries, and nothing else; what comes in the same moment may go instead of them.
   * Reads every entry there is: for the background.
   */
  Deletion deleteAll(Predicate<CacheEntry> those);

  /**
   * What came of a deletion.
   *
   * @param complete whether it came to its end; false when the cache failed on the way
   */
  record Deletion(long entries, boolean complete) {}

  /** A cache in which nothing is ever found. */
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
