package dev.explanations.worker.metrics;

import dev.explanations.worker.policy.Pricing;
import dev.explanations.worker.policy.Prompts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Counters of calls by model and version of the prompt. Thread-safe. */
final class CallMeters {

  /** By model, then by version. */
  private final Map<String, Map<String, CallCounts>> counts = new HashMap<>();

  private final Map<String, CallCounts.Latencies> latencies = new LinkedHashMap<>();

  /** Percentiles of all calls. */
  final Timer duration;

  CallMeters(
      MeterFactory make, Pricing pricing, Collection<String> models, Prompts.Status prompts) {
    duration = make.percentiles();
    for (String version : versions(prompts)) {
      latencies.put(version, new CallCounts.Latencies(duration, make.percentiles()));
    }
    for (String model : models) {
      Map<String, CallCounts> byVersion = new HashMap<>();
      latencies.forEach(
          (version, timers) ->
              byVersion.put(version, new CallCounts(make, pricing, timers, model, version)));
      counts.put(model, byVersion);
    }
  }

  private static List<String> versions(Prompts.Status prompts) {
    String candidate = prompts.candidate();
    return candidate == null ? List.of(prompts.version()) : List.of(prompts.version(), candidate);
  }

  /** Counters of a model, by version. */
  Map<String, CallCounts> of(String model) {
    return Objects.requireNonNull(counts.get(model));
  }

  /** Durations of the calls with this version that brought an explanation. */
  Timer explained(String version) {
    return Objects.requireNonNull(latencies.get(version)).explained();
  }

  /** Counters of all models and versions. */
  List<CallCounts> all() {
    return counts.values().stream().flatMap(it -> it.values().stream()).toList();
  }

  /** Counters of all models with one version. */
  List<CallCounts> withPrompt(String version) {
    return counts.values().stream().map(it -> Objects.requireNonNull(it.get(version))).toList();
  }

  /** Sum of one counter over models and versions. */
  static long sum(List<CallCounts> counts, Function<CallCounts, Counter> counter) {
    return counts.stream().mapToLong(it -> Meters.count(counter.apply(it))).sum();
  }

  /** Sum of one counter over models, versions and ends; cost is no whole number. */
  static double sumOfEnds(List<CallCounts> counts, Function<CallCounts.Ended, Counter> counter) {
    return counts.stream()
        .flatMap(it -> it.ended.values().stream())
        .mapToDouble(it -> counter.apply(it).count())
        .sum();
  }
}
