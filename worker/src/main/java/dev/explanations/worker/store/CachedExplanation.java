package dev.explanations.worker.store;

import dev.explanations.worker.contract.Validity;
import dev.explanations.worker.explanation.Explanation;

/** An entry of the explanations store. */
public record CachedExplanation(Explanation explanation, Validity validity) {}
