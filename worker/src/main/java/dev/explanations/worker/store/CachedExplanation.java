package dev.explanations.worker.store;

import dev.explanations.worker.explanation.Explanation;
import java.time.Instant;

/** An entry of the explanations store. */
public record CachedExplanation(Explanation explanation, Instant expiresAt) {}
