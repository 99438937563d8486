package dev.explanations.worker.task;

import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.store.ExplanationStore;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.StoredExplanation;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * First tier of the cache: the task's {@link ExplanationStore} without the entries that a command
 * has made void. Each look-up reads the commands anew, since they arrive on another thread. Used by
 * the stream thread only.
 */
final class LocalCache {

  private static final Logger log = LoggerFactory.getLogger(LocalCache.class);

  private final ExplanationStore store;
  private final Supplier<CacheState> cacheState;

  /** Key at which the sweep goes on. */
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

  /** An entry that may be served to a request. */
  Optional<StoredExplanation> fresh(PendingRequest request, Instant now) {
    Optional<StoredExplanation> entry =
        store
            .fresh(request.cacheKey(), now)
            .filter(it -> it.validity().isCalledSince(request.earliestCall()))
            .filter(it -> admits(it.validity()));
    log.atDebug()
        .addKeyValue("key", request.cacheKey())
        .addKeyValue("tier", "state_store")
        .log(entry.isPresent() ? "Cache hit" : "Cache miss");
    return entry;
  }

  /** Whether no command has made an explanation of this validity void. */
  boolean admits(Validity validity) {
    return cacheState.get().admits(validity.generation(), validity.hashes());
  }

  /** Lowest generation that an answer may carry for a request arriving now. */
  Generation required(Supplier<FoldedHashes> hashes) {
    return cacheState.get().required(hashes);
  }

  /**
   * Stores an entry unless it is expired or void.
   *
   * @return whether it was stored
   */
  boolean keep(String cacheKey, StoredExplanation entry, Instant now) {
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

  /** Whether no void entries are left in the store. */
  boolean isSwept() {
    return store.sweptFor() == cacheState.get().generation().offset();
  }

  /** Deletes expired and void entries; looks at no more than {@code limit} entries for each. */
  void clean(Instant now, int limit) {
    store.expire(now, limit);
    sweep(limit);
  }

  /** Deletes void entries: no look-up finds them, but they take up room. */
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
