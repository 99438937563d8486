package dev.explanations.lab.soak.traffic;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of the load.
 *
 * @param question its subtopic; no other field tells questions apart
 * @param deadline time from its publishing; {@code null} for the worker's default
 */
public record DrawnRequest(
    String requestId,
    String topic,
    String question,
    @Nullable Duration deadline,
    boolean failFast,
    Map<String, String> headers) {}
