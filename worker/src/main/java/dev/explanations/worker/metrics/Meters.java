package dev.explanations.worker.metrics;

import dev.explanations.worker.api.OpsServer;
import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.flow.FlowListener;
import dev.explanations.worker.gemini.ExplanationModel;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.health.HealthReport;
import dev.explanations.worker.policy.Pricing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import java.time.Clock;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All meters of the worker. Each is made at the start with all values of its tags, so that counting
 * is an addition and no tag grows with requests. Only HTTP's are made when a route first answers
 * with a status. Thread-safe.
 */
public final class Meters {

  static final Tag STORE = Tag.of("tier", "state_store");
  static final Tag REDIS = Tag.of("tier", "redis");
  static final String HITS = "Look-ups that found an explanation.";
  static final String MISSES = "Look-ups that found none.";
  static final String SETS = "Explanations written.";
  static final String CALLS_SAVED = "Calls that hits made needless.";
  static final String TOKENS_SAVED = "Tokens of the calls that hits made needless.";

  private static final long[] END_TO_END_MILLIS = {
    25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 900_000
  };

  private final MeterFactory make;
  private final Pricing pricing;

  final Counter received;
  final Map<Source, Counter> explained = new EnumMap<>(Source.class);
  final Counter unavailable;
  final Counter rejected;
  final Timer endToEnd;
  final Map<ErrorCode, Counter> deadLetters = new EnumMap<>(ErrorCode.class);
  final Map<ErrorCode, Counter> retries = new EnumMap<>(ErrorCode.class);
  final CallMeters calls;
  final Counter storeHits;
  final Counter storeMisses;
  final Counter negativeHits;
  final Counter storeSets;
  final Counter storeTokensSaved;
  final Counter storeSaved;
  final Counter redisSaved;
  final Timer redisLookUps;
  private final Map<String, Counter> purged = new HashMap<>();
  private final MeterProvider<Timer> httpRequests;

  /** The gauges are read whenever somebody reads the registry. */
  Meters(MeterRegistry registry, Gauges gauges, WorkerInfo info, Clock clock) {
    this.make = new MeterFactory(registry, gauges);
    this.pricing = new Pricing(info.prices(), clock);

    received = make.counter("requests.received", "Records of the requests topic.");
    for (Source source : Source.values()) {
      explained.put(source, answered("explained", source.wireName()));
    }
    unavailable = answered("unavailable", "none");
    rejected = answered("rejected", "none");
    endToEnd =
        make.timer(
            "end.to.end",
            "From when a request was first seen to its explanation.",
            END_TO_END_MILLIS);
    for (ErrorCode code : ErrorCode.values()) {
      Tag reason = Tag.of("reason", code.wireName());
      deadLetters.put(code, make.counter("dead.letters", "Dead letters.", reason));
      retries.put(
          code,
          make.counter(
              "retries",
              "Requests that go on waiting, for another attempt, the circuit breaker or the"
                  + " budget.",
              reason));
    }

    calls = new CallMeters(make, pricing, info.models().values(), gauges.prompts());

    storeHits = make.counter("cache.hits", HITS, STORE);
    storeMisses = make.counter("cache.misses", MISSES, STORE);
    negativeHits =
        make.counter(
            "cache.negative.hits", "Look-ups that found that Gemini refuses the question.", STORE);
    storeSets = make.counter("cache.sets", SETS, STORE);
    storeTokensSaved = make.counter("cache.tokens.saved", TOKENS_SAVED, STORE);
    storeSaved = saved(STORE);
    redisSaved = saved(REDIS);
    redisLookUps =
        make.timer(
            "cache.lookup.duration", "Look-ups in Redis.", 1, 2, 5, 10, 25, 50, 100, 250, 1000);

    for (String topic : info.sourceTopics()) {
      String meaning = "Records of a source topic that were deleted before they were read.";
      purged.put(topic, make.counter("records.purged", meaning, Tag.of("topic", topic)));
    }
    httpRequests =
        make.timers(
            "http.server.requests", "Requests to the HTTP server.", 10, 50, 250, 1000, 5000);
    // the only HTTP meter that exists before the first request
    httpRequest("GET", "/metrics", 200);
    make.total("cache.calls.saved", CALLS_SAVED, it -> storeHits.count(), STORE);
    GaugeMeters.register(make, info, clock);
  }

  void health(HealthReport report) {
    for (String service : HealthReport.SERVICES) {
      make.gauge(
          "health",
          "The health of a service, as in the health report: 0 healthy, 1 degraded, 2 unhealthy.",
          _ -> report.status(service).severity(),
          Tag.of("service", service));
    }
  }

  public FlowListener flow() {
    return new CountedFlow(this);
  }

  /**
   * Counts records that were deleted unread; the topic is one of {@link WorkerInfo#sourceTopics}.
   */
  public void purged(String topic, long records) {
    Objects.requireNonNull(purged.get(topic)).increment((double) records);
  }

  public OpsServer.Listener http() {
    return (method, route, status, took) -> httpRequest(method, route, status).record(took);
  }

  private Timer httpRequest(String method, String route, int status) {
    return httpRequests.withTags(
        "method", method, "route", route, "status", Integer.toString(status));
  }

  /** The same model, its calls counted; its name is one of {@link WorkerInfo#models}. */
  public ExplanationModel measured(ExplanationModel model, String name) {
    return new MeasuredModel(model, calls.of(name));
  }

  /** The same cache, its look-ups timed and what they save counted. */
  public SharedCache measured(SharedCache cache) {
    return new MeasuredCache(cache, this);
  }

  /** Counts what the call for an explanation would have cost now, if its model has a price. */
  void saved(Counter counter, Explanation explanation) {
    Usd cost = pricing.of(explanation);
    if (cost != null) {
      counter.increment(cost.dollars().doubleValue());
    }
  }

  private Counter saved(Tag tier) {
    return make.counter(
        "cache.saved.usd",
        "What the calls that hits made needless would have cost; those whose model has no price"
            + " are not counted.",
        tier);
  }

  private Counter answered(String status, String source) {
    String meaning = "Results, and where the explanation came from.";
    Tag from = Tag.of("source", source);
    return make.counter("requests.answered", meaning, Tag.of("status", status), from);
  }

  /** Percentiles and maximum of the last minutes, count and mean since the start; in seconds. */
  static Fields latency(Timer timer) {
    HistogramSnapshot snapshot = timer.takeSnapshot();
    Fields json = new Fields();
    json.put("count", snapshot.count());
    json.put("mean", snapshot.count() == 0 ? null : snapshot.mean(TimeUnit.SECONDS));
    for (ValueAtPercentile value : snapshot.percentileValues()) {
      json.put("p" + Math.round(value.percentile() * 100), known(value.value(TimeUnit.SECONDS)));
    }
    json.put("max", known(snapshot.max(TimeUnit.SECONDS)));
    return json;
  }

  /** Makes an empty histogram's zero {@code null}. */
  private static @Nullable Double known(double seconds) {
    return seconds > 0 ? seconds : null;
  }

  static long count(Counter counter) {
    return (long) counter.count();
  }

  static long sum(Collection<Counter> counters) {
    return counters.stream().mapToLong(Meters::count).sum();
  }
}
