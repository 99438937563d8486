package dev.explanations.worker.metrics;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.policy.Pricing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counters of the calls to one model with one version of the prompt. Thread-safe. */
final class CallCounts {

  private static final long[] MILLIS = {
    100, 250, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000
  };

  final Counter started;
  final Counter unpriced;
  final Counter unknown;
  final Map<CallEnd, Ended> ended = new EnumMap<>(CallEnd.class);
  private final Pricing pricing;
  private final Latencies latencies;

  /** Counters of calls with the same end. */
  record Ended(
      Counter calls, Counter promptTokens, Counter outputTokens, Counter cost, Timer duration) {}

  /**
   * Timers with percentiles: those of single models and ends cannot be added up.
   *
   * @param all calls of all models and versions
   * @param explained calls of all models with this version that brought an explanation
   */
  record Latencies(Timer all, Timer explained) {}

  CallCounts(
      MeterFactory make, Pricing pricing, Latencies latencies, String model, String version) {
    this.pricing = pricing;
    this.latencies = latencies;
    Tags asked = Tags.of("model", model, "prompt", version);
    started = make.counter("calls.started", "Calls to Gemini that began.", asked);
    unpriced =
        make.counter(
            "calls.unpriced", "Calls that were billed and whose model has no price.", asked);
    unknown =
        make.counter(
            "calls.unknown",
            "Calls that were cut off, so that nobody knows whether they were billed.",
            asked);
    for (CallEnd end : CallEnd.values()) {
      Tags tags = asked.and("outcome", end.wireName());
      Tags billed = tags.and("tier", Prices.STANDARD);
      String tokens = "Tokens that Gemini has counted.";
      ended.put(
          end,
          new Ended(
              make.counter("calls.ended", "Calls to Gemini that ended.", billed),
              make.counter("tokens", tokens, billed.and("kind", "prompt")),
              make.counter("tokens", tokens, billed.and("kind", "output")),
              make.counter(
                  "cost.estimated.usd", "What calls cost by the prices of PRICES_FILE.", billed),
              make.buckets("call.duration", "Calls to Gemini, by how they ended.", tags, MILLIS)));
    }
  }

  /** Counts the end of a call; {@code details} is {@code null} if the call told none. */
  void ended(Outcome outcome, @Nullable CallDetails details, long nanos) {
    CallEnd end = CallEnd.of(outcome);
    Ended counters = of(end);
    counters.calls.increment();
    counters.duration.record(nanos, TimeUnit.NANOSECONDS);
    latencies.all.record(nanos, TimeUnit.NANOSECONDS);
    if (end == CallEnd.EXPLAINED) {
      latencies.explained.record(nanos, TimeUnit.NANOSECONDS);
    }
    Usage usage = outcome.usage();
    counters.promptTokens.increment(usage.promptTokens());
    counters.outputTokens.increment(usage.outputTokens());
    Charge charge = pricing.of(outcome, details);
    counters.cost.increment(charge.cost().dollars().doubleValue());
    unpriced.increment((double) charge.unpriced());
    unknown.increment((double) charge.unknown());
  }

  Ended of(CallEnd end) {
    return Objects.requireNonNull(ended.get(end));
  }
}
