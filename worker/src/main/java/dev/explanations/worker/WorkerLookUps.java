package dev.explanations.worker;

import dev.explanations.worker.api.CacheLookUp;
import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.kafka.Member;
import dev.explanations.worker.kafka.StoreReader.Reply;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.store.ExplanationStore;
import dev.explanations.worker.store.HitCounts;
import dev.explanations.worker.store.StoredExplanation;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks for single explanations as a request that arrives now does: first in the state store, then
 * in Redis, past what has expired or a command has made void. Thread-safe.
 *
 * @param tiers empty until the worker has started
 * @param scheme of other workers' addresses, which do not name theirs
 */
record WorkerLookUps(
    Supplier<Optional<Tiers>> tiers,
    Prompts prompts,
    HitCounts hits,
    String scheme,
    InstantSource clock)
    implements CacheLookUp {

  /**
   * The caches.
   *
   * @param store reads a cache key, given the question's hash before it
   * @param shared reads a cache key in Redis, past what a command has made void
   */
  record Tiers(
      BiFunction<String, String, Reply> store,
      Function<String, Optional<CacheEntry>> shared,
      Supplier<CacheState> state) {}

  @Override
  public Answer find(ExplanationRequest question, @Nullable String promptVersion) {
    String key =
        promptVersion == null ? prompts.keyOf(question) : prompts.keyOf(question, promptVersion);
    return tiers
        .get()
        .map(
            it ->
                switch (it.store.apply(FoldedHashes.ofQuestion(question), key)) {
                  case Reply.Owned(var value) -> owned(it, key, value);
                  case Reply.OwnedBy(Member.Addressed owner) ->
                      new Answer.Elsewhere(scheme + "://" + owner.applicationServer());
                  case Reply.OwnedBy(Member.Named(String name)) -> new Answer.OwnedBy(name);
                  case Reply.Moving _ -> new Answer.Moving();
                })
        .orElseGet(Answer.Moving::new);
  }

  private Answer owned(Tiers tiers, String key, Optional<byte[]> value) {
    return value
        .flatMap(ExplanationStore::read)
        .filter(entry -> isServed(entry.validity(), tiers.state.get()))
        .map(entry -> stored(key, entry))
        .or(() -> tiers.shared.apply(key).map(entry -> shared(key, entry)))
        .orElseGet(() -> new Answer.Absent(key));
  }

  private boolean isServed(Validity validity, CacheState state) {
    return validity.expiresAt().isAfter(clock.instant())
        && state.admits(validity.generation(), validity.hashes());
  }

  private Answer stored(String key, StoredExplanation entry) {
    Explanation explanation = entry.explanation();
    Validity validity = entry.validity();
    return explanation == null
        ? new Answer.Refused(key, validity.expiresAt())
        : new Answer.Found(
            key, explanation, validity, Source.STATE_STORE, hits.of(key, validity).orElse(null));
  }

  private static Answer shared(String key, CacheEntry entry) {
    return new Answer.Found(
        key,
        entry.explanation(),
        new Validity(entry.hashes(), Generation.UNKNOWN, entry.calledAt(), entry.expiresAt()),
        Source.REDIS,
        null);
  }
}
