package dev.explanations.worker.metrics;

import dev.explanations.worker.cache.CacheTierStatistics;
import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.gate.BreakerHistory;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gemini.ExplanationModel;
import dev.explanations.worker.ops.HttpListener;
import dev.explanations.worker.topology.Faults;
import dev.explanations.worker.topology.FlowListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * All meters of our own, with their meanings. Each is made once, with all values of its tags: so
 * counting is no more than an addition, and no tag grows with what is asked; but for those of HTTP,
 * made when a route first answers with a status. Safe for many threads.
 */
public final class Meters {

  private static final double MILLIS = 1000;

  private static final String STORE = "state_store";
  private static final String REDIS = "redis";
  private static final String HITS = "Look-ups that found an explanation.";
  private static final String MISSES = "Look-ups that found none.";
  private static final String SETS = "Explanations written.";
  private static final String CALLS_SAVED = "Calls that hits made needless.";
  private static final String TOKENS_SAVED = "What these calls had cost, in tokens.";

  private final MeterFactory make;
  private final Clock clock;
  private final Cost cost;

  final Counter received;
  final Map<Source, Counter> explained = new EnumMap<>(Source.class);
  final Counter unavailable;
  final Counter rejected;
  final Timer endToEnd;
  final Map<ErrorCode, Counter> deadLetters = new EnumMap<>(ErrorCode.class);
  final Map<ErrorCode, Counter> retries = new EnumMap<>(ErrorCode.class);
  final Map<String, Counter> callsStarted = new HashMap<>();
  final Map<String, Map<CallEnd, Counter>> callsEnded = new HashMap<>();
  final Timer callDuration;
  final Counter promptTokens;
  final Counter outputTokens;
  final Counter storeHits;
  final Counter storeMisses;
  final Counter negativeHits;
  final Counter storeSets;
  final Counter storeTokensSaved;
  final Timer redisLookups;
  private final Map<String, Counter> purged = new HashMap<>();
  private final HttpMeters http;

  /**
   * Makes all of them.
   *
   * @param readings asked whenever somebody looks at the registry
   */
  public Meters(MeterRegistry registry, Readings readings, Facts facts, Clock clock) {
    this.make = new MeterFactory(registry, readings);
    this.clock = clock;
    this.cost = new Cost(facts.prices());

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
            25,
            50,
            100,
            250,
            500,
            1000,
            2500,
            5000,
            10_000,
            30_000,
            60_000,
            300_000,
            900_000);
    for (ErrorCode code : ErrorCode.values()) {
      String reason = code.wireName();
      deadLetters.put(code, make.counter("dead.letters", "Dead letters.", "reason", reason));
      retries.put(
          code,
          make.counter(
              "retries",
              "Requests that go on waiting, for another attempt or for the circuit breaker.",
              "reason",
              reason));
    }

    for (String model : facts.models()) {
      callsStarted.put(
          model, make.counter("calls.started", "Calls to Gemini that began.", "model", model));
      Map<CallEnd, Counter> ends = new EnumMap<>(CallEnd.class);
      for (CallEnd end : CallEnd.values()) {
        String outcome = end.wireName();
        String meaning = "Calls to Gemini that ended.";
        ends.put(end, make.counter("calls.ended", meaning, "model", model, "outcome", outcome));
      }
      callsEnded.put(model, ends);
    }
    callDuration =
        make.timer(
            "call.duration",
            "Calls to Gemini, however they ended.",
            100,
            250,
            500,
            1000,
            2000,
            5000,
            10_000,
            20_000,
            30_000,
            60_000);
    promptTokens = make.counter("tokens", "Tokens that Gemini has counted.", "kind", "prompt");
    outputTokens = make.counter("tokens", "Tokens that Gemini has counted.", "kind", "output");

    storeHits = make.counter("cache.hits", HITS, "tier", STORE);
    storeMisses = make.counter("cache.misses", MISSES, "tier", STORE);
    negativeHits =
        make.counter(
            "cache.negative.hits",
            "Look-ups that found that Gemini refuses the question.",
            "tier",
            STORE);
    storeSets = make.counter("cache.sets", SETS, "tier", STORE);
    storeTokensSaved = make.counter("cache.tokens.saved", TOKENS_SAVED, "tier", STORE);
    redisLookups =
        make.timer(
            "cache.lookup.duration", "Look-ups in Redis.", 1, 2, 5, 10, 25, 50, 100, 250, 1000);

    for (String topic : facts.topics()) {
      String meaning = "Records of a source topic that were deleted before they were read.";
      purged.put(topic, make.counter("records.purged", meaning, "topic", topic));
    }
    http = new HttpMeters(make);
    readCalls(facts.maxInFlight());
    facts.breakers().forEach(this::readBreaker);
    readQueues();
    readFaults();
    readServices(facts.topics());
    readCache();
    if (facts.redis()) {
      readRedis();
    }
  }

  private void readCalls(int maxInFlight) {
    make.gauge(
        "calls.in.flight", null, "Calls under way.", it -> dispatch(it, d -> d.gate().running()));
    make.gauge(
        "calls.in.flight.limit",
        null,
        "How many calls may be under way; learnt from what came of the last ones.",
        it -> dispatch(it, d -> d.gate().limit()));
    make.gauge("calls.in.flight.max", null, "GEMINI_MAX_IN_FLIGHT.", it -> maxInFlight);
    make.gauge(
        "calls.overdue",
        null,
        "Look-ups and calls that should have ended long ago, by their time limit.",
        it -> dispatch(it, DispatchStatus::overdue));
    make.gauge(
        "calls.waiting",
        null,
        "Questions that the dispatcher has taken and that wait for a look-up or their call.",
        it -> dispatch(it, DispatchStatus::waiting));
    make.total(
        "cost.estimated",
        "usd",
        "What the tokens cost by the prices in the settings; 0 while there are none.",
        it -> Objects.requireNonNullElse(estimatedCost(), 0.0));
  }

  private void readBreaker(String name) {
    for (BreakerStatus.State state : BreakerStatus.State.values()) {
      String wireName = state.wireName();
      make.gauge(
          "circuit.breaker.state",
          null,
          "1 for the state that a circuit breaker has, 0 for the others.",
          it -> dispatch(it, d -> isIn(d, name, state) ? 1 : 0),
          "name",
          name,
          "state",
          wireName);
      make.total(
          "circuit.breaker.transitions",
          null,
          "Changes of a circuit breaker's state, by the new one.",
          it -> dispatch(it, d -> entered(d, name, state)),
          "name",
          name,
          "to",
          wireName);
    }
  }

  private static boolean isIn(DispatchStatus dispatch, String name, BreakerStatus.State state) {
    return dispatch.gate().breakers().stream()
        .anyMatch(breaker -> breaker.name().equals(name) && breaker.state() == state);
  }

  private static long entered(DispatchStatus dispatch, String name, BreakerStatus.State state) {
    BreakerHistory history = dispatch.gate().histories().get(name);
    return history == null ? 0 : history.entered().getOrDefault(state, 0L);
  }

  private void readQueues() {
    make.gauge("pending", null, "Requests that wait, for whatever reason.", Readings::pending);
    make.gauge(
        "pending.oldest",
        "seconds",
        "How long the oldest of them has waited; 0 if none waits.",
        it -> age(it.oldestPending()));
    make.total(
        "outcomes.sent", null, "Outcomes that Kafka has acknowledged.", Readings::outcomesSent);
    make.gauge(
        "outcomes.unacknowledged",
        "bytes",
        "Of outcomes that Kafka has not acknowledged.",
        Readings::unacknowledgedBytes);
    make.gauge(
        "outcomes.oldest",
        "seconds",
        "How long the oldest outcome has been on its way back to its task; 0 if none is.",
        it -> {
          DispatchStatus dispatch = it.dispatch();
          return age(dispatch == null ? null : dispatch.oldestOutcome());
        });
  }

  private void readFaults() {
    for (Faults.Kind kind : Faults.Kind.values()) {
      make.total(
          "faults",
          null,
          "Records and stored entries that the worker could not take as they are.",
          it -> it.faults(kind),
          "kind",
          kind.wireName());
    }
  }

  private void readServices(Set<String> topics) {
    for (String topic : topics) {
      make.gauge(
          "lag",
          "records",
          "Records in this worker's partitions of a source topic that are not consumed and"
              + " committed.",
          it -> {
            Map<String, Long> lag = it.lag();
            return lag == null ? Double.NaN : lag.getOrDefault(topic, 0L);
          },
          "topic",
          topic);
    }
    make.gauge(
        "broker.connected",
        null,
        "1 if a broker has answered in the last seconds, else 0.",
        it -> it.brokerConnected() ? 1 : 0);
    make.gauge("stream.threads", null, "Stream threads that live.", it -> it.stream().threads());
    make.gauge("stream.tasks", null, "Tasks that they work on.", it -> it.stream().tasks());
    for (String service : List.of("cache", "circuit_breakers", "google_ai", "kafka_streams")) {
      make.gauge(
          "health",
          null,
          "The health of a service, as in the health report: 0 healthy, 1 degraded, 2 unhealthy.",
          it -> it.health(service),
          "service",
          service);
    }
  }

  private void readCache() {
    make.gauge(
        "cache.entries",
        null,
        "Explanations in the state stores of this worker.",
        Readings::storedExplanations,
        "tier",
        STORE);
    make.total("cache.calls.saved", null, CALLS_SAVED, it -> storeHits.count(), "tier", STORE);
  }

  private void readRedis() {
    make.gauge(
        "cache.connected",
        null,
        "1 if Redis answers, else 0.",
        it -> it.redisConnected() ? 1 : 0,
        "tier",
        REDIS);
    redis("cache.hits", HITS, CacheTierStatistics::hits);
    redis("cache.misses", MISSES, CacheTierStatistics::misses);
    redis("cache.sets", SETS, CacheTierStatistics::sets);
    redis("cache.errors", "Commands that failed.", it -> it.errors() + it.timeouts());
    redis("cache.skipped", "Look-ups not made while Redis was away.", CacheTierStatistics::skipped);
    redis("cache.calls.saved", CALLS_SAVED, CacheTierStatistics::callsSaved);
    redis("cache.tokens.saved", TOKENS_SAVED, CacheTierStatistics::tokensSaved);
  }

  private void redis(String name, String meaning, ToDoubleFunction<CacheTierStatistics> value) {
    make.total(
        name,
        null,
        meaning,
        it -> {
          CacheTierStatistics redis = it.redis();
          return redis == null ? 0 : value.applyAsDouble(redis);
        },
        "tier",
        REDIS);
  }

  /** Counts what becomes of requests. */
  public FlowListener flow() {
    return new CountedFlow(this);
  }

  /**
   * Counts records that were deleted before they were read.
   *
   * @param topic one of those that were named at the start
   */
  public void purged(String topic, long records) {
    Objects.requireNonNull(purged.get(topic)).increment((double) records);
  }

  /** Times what the HTTP server answers. */
  public HttpListener http() {
    return http;
  }

  /** The same model, its calls counted; it must be one of those that were named at the start. */
  public ExplanationModel measured(ExplanationModel model, String name) {
    return new MeasuredModel(
        model,
        this,
        Objects.requireNonNull(callsStarted.get(name)),
        Objects.requireNonNull(callsEnded.get(name)));
  }

  /** The same cache, its look-ups timed. */
  public SharedCache measured(SharedCache cache) {
    return new MeasuredCache(cache, redisLookups);
  }

  /** Calls of all models that ended so. */
  long callsEnded(CallEnd end) {
    return callsEnded.values().stream()
        .mapToLong(ends -> (long) Objects.requireNonNull(ends.get(end)).count())
        .sum();
  }

  /** In US dollars; {@code null} without prices. */
  @Nullable Double estimatedCost() {
    return cost.of(promptTokens.count(), outputTokens.count());
  }

  private static double dispatch(Readings readings, ToDoubleFunction<DispatchStatus> value) {
    DispatchStatus dispatch = readings.dispatch();
    return dispatch == null ? 0 : value.applyAsDouble(dispatch);
  }

  private double age(@Nullable Instant since) {
    return since == null
        ? 0
        : Math.max(0, Duration.between(since, clock.instant()).toMillis() / MILLIS);
  }

  private Counter answered(String status, String source) {
    String meaning = "Results, and where the explanation came from.";
    return make.counter("requests.answered", meaning, "status", status, "source", source);
  }
}
