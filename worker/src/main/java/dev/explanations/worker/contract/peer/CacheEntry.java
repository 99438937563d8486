package dev.explanations.worker.contract.peer;

import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.FoldedHashes;
import java.time.Instant;

/**
 * An explanation as the shared cache keeps it.
 *
 * @param hashes that invalidations match
 * @param calledAt when its call to Gemini began
 * @param expiresAt when it expires, in every tier
 */
public record CacheEntry(
    Explanation explanation, FoldedHashes hashes, Instant calledAt, Instant expiresAt) {}
