package dev.explanations.worker.metrics;

import dev.explanations.worker.cache.CacheTierStatistics;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.gate.BreakerHistory;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.GateStatus;
import dev.explanations.worker.ops.BreakerJson;
import dev.explanations.worker.ops.CircuitBreakers;
import dev.explanations.worker.ops.Fields;
import dev.explanations.worker.ops.Figures;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The figures as JSON: totals of this worker since its start, unless said otherwise. */
public final class MetricsReport implements Figures {

  private static final double MILLIS = 1000;

  private final WorkerMetrics metrics;
  private final Meters meters;
  private final Readings readings;
  private final Facts facts;
  private final CircuitBreakers breakers;
  private final WorkerList workers;
  private final Clock clock;

  public MetricsReport(
      WorkerMetrics metrics,
      Readings readings,
      Facts facts,
      CircuitBreakers breakers,
      WorkerList workers,
      Clock clock) {
    this.metrics = metrics;
    this.meters = metrics.meters();
    this.readings = readings;
    this.facts = facts;
    this.breakers = breakers;
    this.workers = workers;
    this.clock = clock;
  }

  @Override
  public String prometheus() {
    return metrics.text();
  }

  @Override
  public Map<String, @Nullable Object> json() {
    DispatchStatus dispatch = readings.dispatch();
    GateStatus gate = dispatch.gate();
    List<WorkerList.Member> members = workers.members();
    Optional<String> self =
        members.stream().filter(WorkerList.Member::self).map(WorkerList.Member::id).findFirst();
    return Fields.of(
        "timestamp", clock.instant().toString(),
        "instance_id", self.orElse(null),
        "started_at", facts.startedAt().toString(),
        "environment", facts.environment(),
        "version", facts.version(),
        "requests", requests(),
        "calls", calls(gate),
        "retries", Fields.of("sent", sum(meters.retries.values()), "by_reason", reasons()),
        "cache", cache(),
        "circuit_breakers", circuitBreakers(gate),
        "rate_limiting", rates(gate),
        "outcomes", outcomes(dispatch),
        "lag", lag(),
        "stream", stream(),
        "workers", members.stream().map(MetricsReport::worker).toList(),
        "config", facts.config());
  }

  private Fields requests() {
    Fields bySource = new Fields();
    meters.explained.forEach((source, counter) -> bySource.put(source.wireName(), count(counter)));
    return Fields.of(
        "received", count(meters.received),
        "explained", sum(meters.explained.values()),
        "unavailable", count(meters.unavailable),
        "rejected", count(meters.rejected),
        "by_source", bySource,
        "dead_letters", sum(meters.deadLetters.values()),
        "pending", readings.pending(),
        "oldest_pending_seconds", age(readings.oldestPending()),
        "end_to_end_seconds", latency(meters.endToEnd));
  }

  private Fields calls(GateStatus gate) {
    Fields byOutcome = new Fields();
    for (CallEnd end : CallEnd.values()) {
      byOutcome.put(end.wireName(), meters.callsEnded(end));
    }
    long prompt = count(meters.promptTokens);
    long output = count(meters.outputTokens);
    Double cost = meters.estimatedCost();
    return Fields.of(
        "in_flight",
        gate.running(),
        "limit",
        gate.limit(),
        "max_in_flight",
        facts.maxInFlight(),
        "started",
        sum(meters.callsStarted.values()),
        "by_outcome",
        byOutcome,
        "latency_seconds",
        latency(meters.callDuration),
        "tokens",
        Fields.of("prompt", prompt, "output", output, "total", prompt + output),
        "estimated_cost",
        cost == null ? null : Fields.of("amount", cost, "currency", "USD"));
  }

  private Fields reasons() {
    Fields json = new Fields();
    meters.retries.forEach(
        (code, counter) -> {
          if (counter.count() > 0) {
            json.put(code.wireName(), count(counter));
          }
        });
    return json;
  }

  private Fields cache() {
    long hits = count(meters.storeHits);
    long misses = count(meters.storeMisses);
    return Fields.of(
        "type", facts.redis() ? "redis" : "state_store",
        "state_store",
            Fields.of(
                "hits", hits,
                "misses", misses,
                "hit_rate", rate(hits, misses),
                "negative_hits", count(meters.negativeHits),
                "sets", count(meters.storeSets),
                "entries", readings.storedExplanations(),
                "calls_saved", hits,
                "tokens_saved", count(meters.storeTokensSaved)),
        "redis", redis());
  }

  private @Nullable Fields redis() {
    CacheTierStatistics redis = readings.redis();
    return redis == null
        ? null
        : Fields.of(
            "connected", readings.redisConnected(),
            "hits", redis.hits(),
            "misses", redis.misses(),
            "skipped", redis.skipped(),
            "hit_rate", rate(redis.hits(), redis.misses()),
            "sets", redis.sets(),
            "errors", redis.errors() + redis.timeouts(),
            "timeouts", redis.timeouts(),
            "latency_seconds", latency(meters.redisLookups),
            "calls_saved", redis.callsSaved(),
            "tokens_saved", redis.tokensSaved());
  }

  private Fields circuitBreakers(GateStatus gate) {
    Fields json = new Fields();
    for (BreakerStatus breaker : breakers.all()) {
      Fields fields = BreakerJson.of(breaker);
      BreakerHistory history = gate.histories().get(breaker.name());
      fields.put(
          "transitions",
          history == null
              ? List.of()
              : history.last().stream()
                  .map(
                      it ->
                          Fields.of(
                              "at", it.at().toString(),
                              "from", it.from().wireName(),
                              "to", it.to().wireName()))
                  .toList());
      json.put(breaker.name(), fields);
    }
    return json;
  }

  private static Fields rates(GateStatus gate) {
    Instant until = gate.pausedUntil();
    return Fields.of(
        "requests_per_minute", rate(gate.requests()),
        "tokens_per_minute", rate(gate.tokens()),
        "paused_until", until == null ? null : until.toString());
  }

  private static Fields rate(GateStatus.Rate rate) {
    return Fields.of("limit", rate.limit(), "used", rate.used());
  }

  private Fields outcomes(DispatchStatus dispatch) {
    return Fields.of(
        "sent", readings.outcomesSent(),
        "unacknowledged_bytes", readings.unacknowledgedBytes(),
        "oldest_seconds", age(dispatch.oldestOutcome()));
  }

  private Fields lag() {
    Map<String, Long> lag = readings.lag();
    return Fields.of(
        "total", lag == null ? null : lag.values().stream().mapToLong(Long::longValue).sum(),
        "by_topic", lag == null ? Map.of() : lag);
  }

  private Fields stream() {
    Readings.Stream stream = readings.stream();
    return Fields.of(
        "state", stream.state(),
        "threads", stream.threads(),
        "tasks", stream.tasks(),
        "paused", stream.paused());
  }

  private static Fields worker(WorkerList.Member worker) {
    Instant heartbeat = worker.lastHeartbeat();
    return Fields.of(
        "id", worker.id(),
        "self", worker.self(),
        "applied_offset", worker.appliedOffset(),
        "last_heartbeat", heartbeat == null ? null : heartbeat.toString());
  }

  /** Percentiles and maximum are of the last minutes, count and mean of all. */
  private static Fields latency(Timer timer) {
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

  /** Zero is what a histogram tells when it is empty. */
  private static @Nullable Double known(double seconds) {
    return seconds > 0 ? seconds : null;
  }

  private static @Nullable Double rate(long hits, long misses) {
    return hits + misses == 0 ? null : (double) hits / (hits + misses);
  }

  private @Nullable Double age(@Nullable Instant since) {
    return since == null
        ? null
        : Math.max(0, Duration.between(since, clock.instant()).toMillis() / MILLIS);
  }

  private static long count(Counter counter) {
    return (long) counter.count();
  }

  private static long sum(Collection<Counter> counters) {
    return counters.stream().mapToLong(MetricsReport::count).sum();
  }
}
