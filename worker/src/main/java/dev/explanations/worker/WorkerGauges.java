package dev.explanations.worker;

import dev.explanations.worker.cache.CacheTierStatistics;
import dev.explanations.worker.cache.RedisCache;
import dev.explanations.worker.control.ControlState.Sighting;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.flow.WorkerTotals;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.health.ServiceHealth;
import dev.explanations.worker.health.StreamsView;
import dev.explanations.worker.kafka.GroupLag;
import dev.explanations.worker.kafka.StreamsRunner;
import dev.explanations.worker.metrics.Gauges;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.spending.BudgetStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads gauges from the parts of a worker, of which the engine comes late. Thread-safe. */
final class WorkerGauges implements Gauges {
  /** After a failure of the worker itself its health is degraded for so long. */
  private static final Duration FAULT_SHOWN = Duration.ofMinutes(10);

  private final WorkerTopology topology;
  private final @Nullable RedisCache redis;
  private final GroupLag lag;
  private final ClockWatch clockWatch;
  private final Sources sources;

  /**
   * Sources of what changes while the worker runs.
   *
   * @param engine empty until the worker has started
   */
  record Sources(
      Supplier<Optional<Engine>> engine,
      Supplier<List<BreakerStatus>> breakers,
      Supplier<BudgetStatus> spending) {}

  WorkerGauges(
      WorkerTopology topology,
      @Nullable RedisCache redis,
      GroupLag lag,
      ClockWatch clockWatch,
      Sources sources) {
    this.topology = topology;
    this.redis = redis;
    this.lag = lag;
    this.clockWatch = clockWatch;
    this.sources = sources;
  }

  private Optional<Engine> engine() {
    return sources.engine.get();
  }

  @Override
  public DispatchStatus dispatch() {
    return engine().map(it -> it.calls.status()).orElse(DispatchStatus.NONE);
  }

  @Override
  public List<BreakerStatus> breakers() {
    return sources.breakers.get();
  }

  @Override
  public Map<String, Sighting> workers() {
    return engine()
        .map(it -> it.control.state().liveWorkers(topology.clock.instant()))
        .orElse(Map.of());
  }

  @Override
  public long faults(Faults.Kind kind) {
    return topology.faults.count(kind);
  }

  @Override
  public WorkerTotals totals() {
    return topology.totals;
  }

  @Override
  public long outcomesSent() {
    return engine().map(it -> it.outcomes.acknowledged()).orElse(0L);
  }

  @Override
  public long unacknowledgedBytes() {
    return engine().map(it -> it.outcomes.unacknowledgedBytes()).orElse(0L);
  }

  @Override
  public @Nullable CacheTierStatistics redis() {
    return redis == null ? null : redis.statistics();
  }

  @Override
  public boolean redisConnected() {
    return redis != null && redis.health().connected();
  }

  @Override
  public @Nullable Map<String, Long> lag() {
    return lag.byTopic();
  }

  @Override
  public boolean brokerConnected() {
    return lag.isBrokerConnected();
  }

  @Override
  public StreamsView stream() {
    Optional<StreamsRunner> stream = engine().map(it -> it.stream);
    DispatchStatus dispatch = dispatch();
    return new StreamsView(
        stream.map(it -> it.state().name()).orElse("CREATED"),
        stream.map(StreamsRunner::stateFor).orElse(Duration.ZERO),
        stream.map(StreamsRunner::hasRun).orElse(false),
        stream.map(StreamsRunner::threads).orElse(0),
        stream.map(StreamsRunner::tasks).orElse(0),
        lag.isBrokerAway(),
        clockWatch.isWrong(),
        totalLag(),
        engine().map(it -> it.control.state().paused()).orElse(false),
        new StreamsView.Queue(
            totals().pendingRequests(),
            topology.settings.requests().maxPending(),
            totals().oldestPending().map(this::age).orElse(null),
            Optional.ofNullable(dispatch.oldestOutcome()).map(this::age).orElse(null),
            dispatch.overdue()),
        topology
            .faults
            .lastInternal()
            .filter(at -> age(at).compareTo(FAULT_SHOWN) < 0)
            .isPresent());
  }

  @Override
  public Prompts.Status prompts() {
    return topology.prompts.status();
  }

  @Override
  public BudgetStatus spending() {
    return sources.spending.get();
  }

  private Duration age(Instant since) {
    return Duration.between(since, topology.clock.instant());
  }

  /** Health of Redis if there is one, else of the state stores, which come with the engine. */
  ServiceHealth cache() {
    return redis == null
        ? ServiceHealth.ofStateStore(engine().isPresent())
        : ServiceHealth.ofRedis(redis.health());
  }
}
