package dev.explanations.worker.metrics;

import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.settings.Settings;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * Facts that do not change while the worker lives.
 *
 * @param config all settings by name, secrets hidden
 * @param models model name by breaker name
 * @param sourceTopics source topics, which have a lag
 */
public record WorkerInfo(
    String version,
    String instanceId,
    Instant startedAt,
    Settings settings,
    Map<String, String> config,
    Map<String, String> models,
    Set<String> sourceTopics,
    Prices prices) {}
