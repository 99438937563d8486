package dev.explanations.worker.task;

import dev.explanations.worker.contract.Generation;
import dev.explanations.worker.contract.Validity;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.store.CachedExplanation;
import dev.explanations.worker.store.ExplanationStore;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The task's own tier of the cache, in which nothing is found that a command has made void. Used by
 * one stream thread; commands come while it works, so each look asks for them anew.
 */
final class LocalCache {

  private static final Logger log = LoggerFactory.getLogger(LocalCache.class);

  private final ExplanationStore store;
  private final Supplier<CacheState> cacheState;

  /** Where the sweep goes on. */
  private String cursor = "";

  private Generation sweepsFor = Generation.UNKNOWN;

  LocalCache(ExplanationStore store, Supplier<CacheState> cacheState) {
    this.store = store;
    this.cacheState = cacheState;
  }

  /** The entries stay. */
  void close() {
    store.close();
  }

  Optional<CachedExplanation> fresh(String cacheKey, Instant now) {
    Optional<CachedExplanation> entry =
        store.fresh(cacheKey, now).filter(it -> admits(it.validity()));
    log.atDebug()
        .addKeyValue("key", cacheKey)
        .addKeyValue("tier", "state_store")
        .log(entry.isPresent() ? "Cache hit" : "Cache miss");
    return entry;
  }

  /** Whether no command has made void what this is said of. */
  boolean admits(Validity validity) {
    return cacheState.get().admits(validity.generation(), validity.hashes());
  }

  /** What an answer to a request that comes now must know of at least. */
  Generation required(Supplier<FoldedHashes> hashes) {
    return cacheState.get().required(hashes);
  }

  /**
   * Keeps an answer that may be served.
   *
   * @return whether it may
   */
  boolean keep(String cacheKey, CachedExplanation entry, Instant now) {
    Validity validity = entry.validity();
    boolean kept = validity.expiresAt().isAfter(now) && admits(validity);
    if (kept) {
      store.put(cacheKey, entry);
    }
    return kept;
  }

  Optional<Instant> nextExpiry() {
    return store.nextExpiry();
  }

  /** Whether nothing is left of what was made void. */
  boolean isSwept() {
    return store.sweptFor() == cacheState.get().generation().offset();
  }

  /** Deletes what has expired or is void; looks at no more than so many entries for either. */
  void clean(Instant now, int limit) {
    store.expire(now, limit);
    sweep(limit);
  }

  /** Void entries are found nowhere, but they take up room until they are deleted. */
  private void sweep(int limit) {
    if (isSwept()) {
      return;
    }
    CacheState state = cacheState.get();
    Generation current = state.generation();
    if (!sweepsFor.equals(current)) {
      sweepsFor = current;
      cursor = "";
    }
    Optional<String> next =
        store.sweep(
            cursor, limit, validity -> state.admits(validity.generation(), validity.hashes()));
    cursor = next.orElse("");
    if (next.isEmpty()) {
      store.sweptFor(current.offset());
    }
  }
}
