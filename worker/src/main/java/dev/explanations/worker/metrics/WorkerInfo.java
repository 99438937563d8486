package dev.explanations.worker.metrics;

import dev.explanations.worker.settings.Settings;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * What does not change while the worker lives.
 *
 * @param config all settings by name, secrets hidden
 * @param models by the names of their circuit breakers
 * @param topics those whose lag is told
 */
public record WorkerInfo(
    String version,
    Instant startedAt,
    Settings settings,
    Map<String, String> config,
    Map<String, String> models,
    Set<String> topics) {}
