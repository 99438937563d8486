package dev.explanations.worker.metrics;

import dev.explanations.worker.api.MetricsService;
import dev.explanations.worker.cache.CacheTierStatistics;
import dev.explanations.worker.control.ControlState.Sighting;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.gate.BreakerHistory;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.GateStatus;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.health.HealthReport;
import dev.explanations.worker.health.StreamsView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Metrics as JSON: totals of this worker since its start, unless said otherwise. Thread-safe. */
public final class MetricsReport implements MetricsService {

  private static final double MILLIS = 1000;

  private final WorkerMetrics metrics;
  private final Meters meters;
  private final Gauges gauges;
  private final WorkerInfo info;
  private final History history;
  private final Clock clock;

  public MetricsReport(
      WorkerMetrics metrics, Gauges gauges, WorkerInfo info, History history, Clock clock) {
    this.metrics = metrics;
    this.meters = metrics.meters();
    this.gauges = gauges;
    this.info = info;
    this.history = history;
    this.clock = clock;
  }

  @Override
  public String prometheus() {
    return metrics.text();
  }

  @Override
  public Fields history() {
    return history.json();
  }

  @Override
  public Fields json() {
    DispatchStatus dispatch = gauges.dispatch();
    GateStatus gate = dispatch.gate();
    return Fields.of(
        "timestamp", clock.instant(),
        "instance_id", info.instanceId(),
        "started_at", info.startedAt(),
        "environment", info.settings().environment(),
        "version", info.version(),
        "requests", requests(),
        "calls", calls(gate),
        "spending", spending(),
        "retries", Fields.of("sent", Meters.sum(meters.retries.values()), "by_reason", reasons()),
        "cache", cache(),
        "circuit_breakers", circuitBreakers(gate),
        "rate_limiting", rates(gate),
        "outcomes", outcomes(dispatch),
        "lag", lag(),
        "stream", stream(),
        "workers", workers(),
        "config", info.config());
  }

  private Fields requests() {
    Fields bySource = new Fields();
    meters.explained.forEach(
        (source, counter) -> bySource.put(source.wireName(), Meters.count(counter)));
    return Fields.of(
        "received", Meters.count(meters.received),
        "explained", Meters.sum(meters.explained.values()),
        "unavailable", Meters.count(meters.unavailable),
        "rejected", Meters.count(meters.rejected),
        "by_source", bySource,
        "dead_letters", Meters.sum(meters.deadLetters.values()),
        "pending", gauges.totals().pendingRequests(),
        "oldest_pending_seconds", age(gauges.totals().oldestPending().orElse(null), clock),
        "end_to_end_seconds", Meters.latency(meters.endToEnd));
  }

  private Fields calls(GateStatus gate) {
    CallsReport report = new CallsReport(meters.calls);
    Fields json =
        Fields.of(
            "in_flight", gate.running(),
            "limit", gate.limit(),
            "max_in_flight", info.settings().gemini().maxInFlight());
    json.putAll(report.all());
    json.put("by_prompt", report.byPrompt(gauges.prompts()));
    return json;
  }

  private Fields spending() {
    return new SpendingReport(gauges.spending()).json();
  }

  private Fields reasons() {
    Fields json = new Fields();
    meters.retries.forEach(
        (code, counter) -> {
          if (counter.count() > 0) {
            json.put(code.wireName(), Meters.count(counter));
          }
        });
    return json;
  }

  private Fields cache() {
    long hits = Meters.count(meters.storeHits);
    long misses = Meters.count(meters.storeMisses);
    return Fields.of(
        "type", info.settings().redis().enabled() ? "redis" : "state_store",
        "state_store",
            Fields.of(
                "hits", hits,
                "misses", misses,
                "hit_rate", rate(hits, misses),
                "negative_hits", Meters.count(meters.negativeHits),
                "sets", Meters.count(meters.storeSets),
                "entries", gauges.totals().storedExplanations(),
                "calls_saved", hits,
                "tokens_saved", Meters.count(meters.storeTokensSaved),
                "saved_usd", meters.storeSaved.count()),
        "redis", redis());
  }

  private @Nullable Fields redis() {
    CacheTierStatistics redis = gauges.redis();
    return redis == null
        ? null
        : Fields.of(
            "connected", gauges.redisConnected(),
            "hits", redis.hits(),
            "misses", redis.misses(),
            "skipped", redis.skipped(),
            "hit_rate", rate(redis.hits(), redis.misses()),
            "sets", redis.sets(),
            "errors", redis.errors() + redis.timeouts(),
            "timeouts", redis.timeouts(),
            "latency_seconds", Meters.latency(meters.redisLookUps),
            "calls_saved", redis.callsSaved(),
            "tokens_saved", redis.tokensSaved(),
            "saved_usd", meters.redisSaved.count());
  }

  private Fields circuitBreakers(GateStatus gate) {
    Fields json = new Fields();
    for (BreakerStatus breaker : gauges.breakers()) {
      Fields fields = HealthReport.fields(breaker);
      BreakerHistory history = gate.histories().get(breaker.name());
      fields.put(
          "transitions",
          history == null
              ? List.of()
              : history.last().stream()
                  .map(it -> Fields.of("at", it.at(), "from", it.from(), "to", it.to()))
                  .toList());
      json.put(breaker.name(), fields);
    }
    return json;
  }

  private static Fields rates(GateStatus gate) {
    return Fields.of(
        "requests_per_minute", rate(gate.requests()),
        "tokens_per_minute", rate(gate.tokens()),
        "paused_until", gate.pausedUntil());
  }

  private static Fields rate(GateStatus.Rate rate) {
    return Fields.of("limit", rate.limit(), "used", rate.used());
  }

  private Fields outcomes(DispatchStatus dispatch) {
    return Fields.of(
        "sent", gauges.outcomesSent(),
        "unacknowledged_bytes", gauges.unacknowledgedBytes(),
        "oldest_seconds", age(dispatch.oldestOutcome(), clock));
  }

  private Fields lag() {
    Map<String, Long> lag = gauges.lag();
    return Fields.of("total", gauges.totalLag(), "by_topic", lag == null ? Map.of() : lag);
  }

  private Fields stream() {
    StreamsView stream = gauges.stream();
    return Fields.of(
        "state", stream.state(),
        "threads", stream.threads(),
        "tasks", stream.tasks(),
        "paused", stream.paused());
  }

  /** Lists this worker even if it has not heard itself yet. */
  private List<Fields> workers() {
    Map<String, Sighting> heard = gauges.workers();
    List<Fields> workers = new ArrayList<>();
    if (!heard.containsKey(info.instanceId())) {
      workers.add(worker(info.instanceId(), null));
    }
    heard.forEach((id, sighting) -> workers.add(worker(id, sighting)));
    return workers;
  }

  private Fields worker(String id, @Nullable Sighting sighting) {
    Long applied = sighting == null ? null : Long.valueOf(sighting.applied());
    Instant heardAt = sighting == null ? null : sighting.heardAt();
    return Fields.of(
        "id", id,
        "self", id.equals(info.instanceId()),
        "applied_offset", applied,
        "last_heartbeat", heardAt);
  }

  private static @Nullable Double rate(long hits, long misses) {
    return hits + misses == 0 ? null : (double) hits / (hits + misses);
  }

  /** In seconds, to the millisecond. */
  static @Nullable Double age(@Nullable Instant since, Clock clock) {
    return since == null
        ? null
        : Math.max(0, Duration.between(since, clock.instant()).toMillis() / MILLIS);
  }
}
