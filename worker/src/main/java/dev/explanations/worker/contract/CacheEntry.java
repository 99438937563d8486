package dev.explanations.worker.contract;

import dev.explanations.worker.explanation.Explanation;
import java.time.Instant;

/**
 * An explanation in the cache that is shared.
 *
 * @param topicHash stands for the topic, so that all explanations of a topic can be found
 * @param calledAt when the call to Gemini that brought it began
 * @param expiresAt from then on it is not used, wherever it has been copied to
 */
public record CacheEntry(
    Explanation explanation, String topicHash, Instant calledAt, Instant expiresAt) {}
