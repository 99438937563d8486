package dev.explanations.worker.dispatch;

import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.CacheEntry;
import dev.explanations.worker.contract.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.Validity;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The shared cache, in which nothing is found that a command has made void. Safe for many threads;
 * {@link #find} and {@link #share} wait for the network.
 */
record SharedAnswers(
    SharedCache cache, Supplier<CacheState> commands, DispatchSettings settings, Clock clock) {

  boolean isAvailable() {
    return cache.isAvailable();
  }

  /** What comes of a flight without a call, if anything does. */
  Optional<CallEnded> find(String cacheKey, String callId) {
    // before the look: what is ordered from here on is for the task to judge
    CacheState state = commands.get();
    return cache
        .get(cacheKey)
        .filter(entry -> state.admitsFromRedis(entry.calledAt(), entry.hashes()))
        .filter(entry -> expiry(entry).isAfter(clock.instant()))
        .map(
            entry ->
                new CallEnded(
                    callId,
                    new Outcome.Found(entry.explanation()),
                    new Validity(entry.hashes(), state.generation(), expiry(entry))));
  }

  /** Others may let it live for longer than the invalidations of this application are kept. */
  private Instant expiry(CacheEntry entry) {
    Instant ours = entry.calledAt().plus(settings.callTimeout()).plus(settings.cacheTtl());
    return entry.expiresAt().isBefore(ours) ? entry.expiresAt() : ours;
  }

  /** Keeps a call's answer, unless a command that came during the call has made it void. */
  void share(String cacheKey, Explanation explanation, Validity validity, Instant calledAt) {
    if (cache.isAvailable() && commands.get().admits(validity.generation(), validity.hashes())) {
      cache.put(
          cacheKey, new CacheEntry(explanation, validity.hashes(), calledAt, validity.expiresAt()));
    }
  }
}
