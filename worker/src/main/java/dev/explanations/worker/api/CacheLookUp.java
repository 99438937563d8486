package dev.explanations.worker.api;

import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.store.HitCounts.Hits;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Looks for the cached explanation of a question. Waits for Redis at most. Thread-safe. */
@FunctionalInterface
public interface CacheLookUp {

  /**
   * Looks for an explanation that a request would be answered with now.
   *
   * @param promptVersion {@code null} for the one that the owner would ask with
   */
  Answer find(ExplanationRequest question, @Nullable String promptVersion);

  /** What came of a look-up. */
  sealed interface Answer {
    /**
     * An explanation.
     *
     * @param tier {@code STATE_STORE} or {@code REDIS}
     * @param hits {@code null} if none are counted
     */
    record Found(
        String cacheKey,
        Explanation explanation,
        Validity validity,
        Source tier,
        @Nullable Hits hits)
        implements Answer {}

    /** The model refused the question, which is remembered until that time. */
    record Refused(String cacheKey, Instant until) implements Answer {}

    record Absent(String cacheKey) implements Answer {}

    /** Another worker owns the question's partition, at {@code scheme://host:port}. */
    record Elsewhere(String address) implements Answer {}

    /** Another worker owns the partition, and has no {@code HTTP_ADVERTISED}. */
    record OwnedBy(String worker) implements Answer {}

    /** The partition is moving or being restored, or the stream does not run. */
    record Moving() implements Answer {}
  }
}
