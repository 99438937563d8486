package dev.explanations.worker.dispatch;

import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.contract.peer.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The shared cache without the entries that a command has made void. Thread-safe; {@link #find},
 * {@link #peek} and {@link #share} wait for the network.
 *
 * @param cacheState cache entries voided by commands so far
 */
public record SharedAnswers(
    SharedCache cache, Supplier<CacheState> cacheState, DispatchSettings settings, Clock clock) {

  /** The last command that is known. */
  Generation generation() {
    return cacheState.get().generation();
  }

  boolean isAvailable() {
    return cache.isAvailable();
  }

  /** The outcome of a flight without a call, if the cache has an explanation. */
  Optional<CallEnded> find(String cacheKey, String callId) {
    // read before the look-up: the task checks the outcome against later commands
    CacheState state = cacheState.get();
    return cache
        .get(cacheKey)
        .filter(entry -> isServed(entry, state))
        .map(
            entry ->
                new CallEnded(
                    callId,
                    new Outcome.Found(entry.explanation()),
                    new Validity(
                        entry.hashes(), state.generation(), entry.calledAt(), expiry(entry))));
  }

  /** The entry that {@link #find} would serve. Counts as no look-up. */
  public Optional<CacheEntry> peek(String cacheKey) {
    CacheState state = cacheState.get();
    return cache
        .peek(cacheKey)
        .filter(entry -> isServed(entry, state))
        .map(
            entry ->
                new CacheEntry(
                    entry.explanation(), entry.hashes(), entry.calledAt(), expiry(entry)));
  }

  private boolean isServed(CacheEntry entry, CacheState state) {
    return state.admitsFromRedis(entry.calledAt(), entry.hashes())
        && expiry(entry).isAfter(clock.instant());
  }

  /** Cut to this application's TTL: others' entries may outlive its invalidations. */
  private Instant expiry(CacheEntry entry) {
    Instant ours = entry.calledAt().plus(settings.callTimeout()).plus(settings.cacheTtl());
    return entry.expiresAt().isBefore(ours) ? entry.expiresAt() : ours;
  }

  /** Writes an explanation, unless a command during its call has made it void. */
  void share(String cacheKey, Explanation explanation, Validity validity, Instant calledAt) {
    if (cache.isAvailable() && cacheState.get().admits(validity.generation(), validity.hashes())) {
      cache.put(
          cacheKey, new CacheEntry(explanation, validity.hashes(), calledAt, validity.expiresAt()));
    }
  }
}
