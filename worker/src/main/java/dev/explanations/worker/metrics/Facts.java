package dev.explanations.worker.metrics;

import dev.explanations.worker.settings.Settings.Prices;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What does not change while the worker lives.
 *
 * @param config all settings by name, secrets hidden
 * @param breakers the names of the circuit breakers
 * @param topics those whose lag is told
 */
public record Facts(
    String version,
    String environment,
    Instant startedAt,
    Map<String, String> config,
    List<String> models,
    List<String> breakers,
    Set<String> topics,
    int maxInFlight,
    Prices prices,
    boolean redis) {}
