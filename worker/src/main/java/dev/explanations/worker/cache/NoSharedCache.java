package dev.explanations.worker.cache;

import dev.explanations.worker.contract.CacheEntry;
import java.util.Optional;
import java.util.function.Predicate;

/** Stands in when there is no cache to share. */
record NoSharedCache() implements SharedCache {

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
}
