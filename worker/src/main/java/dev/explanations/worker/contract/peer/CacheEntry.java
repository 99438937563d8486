package dev.explanations.worker.contract.peer;

import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.FoldedHashes;
import java.time.Instant;

/**
 * An explanation in the cache that is shared.
 *
 * @param hashes by which it may be invalidated
 * @param calledAt when the call to Gemini that brought it began
 * @param expiresAt from then on it is not used, wherever it has been copied to
 */
public record CacheEntry(
    Explanation explanation, FoldedHashes hashes, Instant calledAt, Instant expiresAt) {}
