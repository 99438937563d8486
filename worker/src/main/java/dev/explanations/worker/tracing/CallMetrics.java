package dev.explanations.worker.tracing;

import static dev.explanations.worker.tracing.Conventions.ERROR_TYPE;
import static dev.explanations.worker.tracing.Conventions.OPERATION;
import static dev.explanations.worker.tracing.Conventions.PROVIDER;
import static dev.explanations.worker.tracing.Conventions.REQUEST_MODEL;
import static dev.explanations.worker.tracing.Conventions.RESPONSE_MODEL;
import static dev.explanations.worker.tracing.Conventions.SERVER_ADDRESS;
import static dev.explanations.worker.tracing.Conventions.SERVER_PORT;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Durations and tokens of calls, in histograms with what their spans say as well. */
final class CallMetrics {

  private static final Set<String> COMMON =
      Set.of(OPERATION, PROVIDER, REQUEST_MODEL, RESPONSE_MODEL, SERVER_ADDRESS, SERVER_PORT);

  private final DoubleHistogram durations;
  private final LongHistogram tokens;

  CallMetrics(Meter meter) {
    this.durations =
        meter
            .histogramBuilder(Conventions.OPERATION_DURATION)
            .setUnit("s")
            .setDescription("GenAI operation duration.")
            .setExplicitBucketBoundariesAdvice(Conventions.DURATION_BUCKETS)
            .build();
    this.tokens =
        meter
            .histogramBuilder(Conventions.TOKEN_USAGE)
            .ofLongs()
            .setUnit("{token}")
            .setDescription("Number of input and output tokens used.")
            .setExplicitBucketBoundariesAdvice(Conventions.TOKEN_BUCKETS)
            .build();
  }

  void record(Step call) {
    Map<String, Object> attributes = new HashMap<>(call.attributes());
    attributes.keySet().retainAll(COMMON);
    record(call, attributes, Conventions.INPUT_TOKENS, "input");
    record(call, attributes, Conventions.OUTPUT_TOKENS, "output");

    attributes.remove(Conventions.TOKEN_TYPE);
    if (call.attributes().get(ERROR_TYPE) instanceof String error) {
      attributes.put(ERROR_TYPE, error);
    }
    Duration duration = Duration.between(call.start(), call.end());
    durations.record(duration.toNanos() / 1e9, OpenTelemetryTracing.attributes(attributes));
  }

  private void record(Step call, Map<String, Object> attributes, String count, String type) {
    if (call.attributes().get(count) instanceof Long used) {
      attributes.put(Conventions.TOKEN_TYPE, type);
      Attributes all = OpenTelemetryTracing.attributes(attributes);
      tokens.record(used, all);
    }
  }
}
