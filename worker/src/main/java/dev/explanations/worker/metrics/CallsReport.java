package dev.explanations.worker.metrics;

import dev.explanations.worker.health.Fields;
import dev.explanations.worker.policy.Prompts;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls as JSON: all of them, and those with each version of the prompt. Thread-safe. */
record CallsReport(CallMeters meters) {

  Fields all() {
    List<CallCounts> counts = meters.all();
    Fields json =
        Fields.of(
            "started", CallMeters.sum(counts, it -> it.started),
            "by_outcome", byOutcome(counts),
            "latency_seconds", Meters.latency(meters.duration));
    json.putAll(billed(counts));
    return json;
  }

  /** The current prompt, and the candidate if there is one. */
  List<Fields> byPrompt(Prompts.Status prompts) {
    List<Fields> versions = new ArrayList<>();
    String candidate = prompts.candidate();
    double share = candidate == null ? 0 : prompts.candidateShare();
    versions.add(version(prompts.version(), "current", 1 - share));
    if (candidate != null) {
      versions.add(version(candidate, "candidate", share));
    }
    return versions;
  }

  private Fields version(String version, String role, double share) {
    List<CallCounts> counts = meters.withPrompt(version);
    long explained = ended(counts, CallEnd.EXPLAINED);
    long unusable = ended(counts, CallEnd.UNUSABLE);
    // not the difference to a total that is read at another moment
    long failed =
        EnumSet.complementOf(EnumSet.of(CallEnd.EXPLAINED, CallEnd.UNUSABLE)).stream()
            .mapToLong(end -> ended(counts, end))
            .sum();
    Fields json =
        Fields.of(
            "version", version,
            "role", role,
            "share", share,
            "calls", explained + unusable + failed,
            "explained", explained,
            "unusable", unusable,
            "failed", failed,
            "latency_seconds", Meters.latency(meters.explained(version)));
    json.putAll(billed(counts));
    return json;
  }

  private static Fields byOutcome(List<CallCounts> counts) {
    Fields json = new Fields();
    for (CallEnd end : CallEnd.values()) {
      json.put(end.wireName(), ended(counts, end));
    }
    return json;
  }

  private static Fields billed(List<CallCounts> counts) {
    long prompt = (long) CallMeters.sumOfEnds(counts, CallCounts.Ended::promptTokens);
    long output = (long) CallMeters.sumOfEnds(counts, CallCounts.Ended::outputTokens);
    double cost = CallMeters.sumOfEnds(counts, CallCounts.Ended::cost);
    long unpriced = CallMeters.sum(counts, it -> it.unpriced);
    return Fields.of(
        "tokens", Fields.of("prompt", prompt, "output", output, "total", prompt + output),
        "estimated_cost", cost(cost, unpriced),
        "unpriced", unpriced,
        "unknown", CallMeters.sum(counts, it -> it.unknown));
  }

  private static @Nullable Fields cost(double cost, long unpriced) {
    return cost == 0 && unpriced > 0 ? null : Fields.of("amount", cost, "currency", "USD");
  }

  private static long ended(List<CallCounts> counts, CallEnd end) {
    return CallMeters.sum(counts, it -> it.of(end).calls());
  }
}
