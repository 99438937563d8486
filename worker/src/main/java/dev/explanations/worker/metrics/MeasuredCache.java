package dev.explanations.worker.metrics;

import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.peer.CacheEntry;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Times the look-ups of a cache while it is available, and counts what hits save. Thread-safe. */
record MeasuredCache(SharedCache cache, Meters meters) implements SharedCache {

  @Override
  public boolean isAvailable() {
    return cache.isAvailable();
  }

  @Override
  public Optional<CacheEntry> get(String cacheKey) {
    if (!cache.isAvailable()) {
      return cache.get(cacheKey);
    }
    long begin = System.nanoTime();
    Optional<CacheEntry> entry = cache.get(cacheKey);
    meters.redisLookUps.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
    entry.ifPresent(it -> meters.saved(meters.redisSaved, it.explanation()));
    return entry;
  }

  @Override
  public Optional<CacheEntry> peek(String cacheKey) {
    return cache.peek(cacheKey);
  }

  @Override
  public void put(String cacheKey, CacheEntry entry) {
    cache.put(cacheKey, entry);
  }

  @Override
  public Deletion deleteAll(Predicate<CacheEntry> those) {
    return cache.deleteAll(those);
  }
}
