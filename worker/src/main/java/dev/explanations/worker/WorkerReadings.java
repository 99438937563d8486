package dev.explanations.worker;

import dev.explanations.worker.cache.CacheTierHealth;
import dev.explanations.worker.cache.CacheTierStatistics;
import dev.explanations.worker.cache.RedisCache;
import dev.explanations.worker.dispatch.CallDispatcher;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.flow.WorkerTotals;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.health.HealthReport;
import dev.explanations.worker.health.ServiceHealth;
import dev.explanations.worker.health.Status;
import dev.explanations.worker.health.StreamsView;
import dev.explanations.worker.kafka.GroupLag;
import dev.explanations.worker.kafka.KafkaOutcomeChannel;
import dev.explanations.worker.kafka.StreamsRunner;
import dev.explanations.worker.metrics.Readings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a worker, of which many exist only some time after its start. */
final class WorkerReadings implements Readings {
  /** For so long a failure of the worker itself makes it degraded. */
  private static final Duration FAULT_SHOWN = Duration.ofMinutes(10);

  private final WorkerTotals totals;
  private final Faults faults;
  private final @Nullable RedisCache redis;
  private final WorkerControl control;
  private final int maxPending;
  private final BooleanSupplier clockWrong;
  private final Clock clock;
  private Supplier<List<BreakerStatus>> breakers = List::of;
  private volatile @Nullable HealthReport report;
  private volatile @Nullable String instanceId;
  private volatile Optional<CallDispatcher> dispatcher = Optional.empty();
  private volatile Optional<KafkaOutcomeChannel> outcomes = Optional.empty();
  private volatile Optional<GroupLag> lag = Optional.empty();
  private volatile Optional<StreamsRunner> stream = Optional.empty();

  WorkerReadings(
      WorkerTopology topology,
      @Nullable RedisCache redis,
      WorkerControl control,
      int maxPending,
      BooleanSupplier clockWrong,
      Clock clock) {
    this.totals = topology.totals;
    this.faults = topology.faults;
    this.redis = redis;
    this.control = control;
    this.maxPending = maxPending;
    this.clockWrong = clockWrong;
    this.clock = clock;
  }

  synchronized void attach(CallGate gate) {
    breakers = gate::breakers;
  }

  void attach(HealthReport report) {
    this.report = report;
  }

  void attach(String instanceId) {
    this.instanceId = instanceId;
  }

  void attach(GroupLag lag) {
    this.lag = Optional.of(lag);
  }

  synchronized void attach(KafkaOutcomeChannel outcomes, CallDispatcher dispatcher) {
    this.outcomes = Optional.of(outcomes);
    this.dispatcher = Optional.of(dispatcher);
    breakers = dispatcher::breakers;
  }

  void attach(StreamsRunner stream) {
    this.stream = Optional.of(stream);
  }

  /** Partitions of source topics that this worker owns; none before the stream is there. */
  Set<TopicPartition> partitions() {
    return stream.map(StreamsRunner::partitions).orElse(Set.of());
  }

  @Override
  public DispatchStatus dispatch() {
    return dispatcher.map(CallDispatcher::status).orElse(DispatchStatus.NONE);
  }

  /** The dispatcher's lock guards them; before there is a dispatcher, this object's does. */
  @Override
  public synchronized List<BreakerStatus> breakers() {
    return breakers.get();
  }

  @Override
  public List<Member> workers() {
    return control.members(instanceId);
  }

  @Override
  public long faults(Faults.Kind kind) {
    return faults.count(kind);
  }

  @Override
  public long pending() {
    return totals.pendingRequests();
  }

  @Override
  public @Nullable Instant oldestPending() {
    return totals.oldestPending().orElse(null);
  }

  @Override
  public long storedExplanations() {
    return totals.storedExplanations();
  }

  @Override
  public long outcomesSent() {
    return outcomes.map(KafkaOutcomeChannel::acknowledged).orElse(0L);
  }

  @Override
  public long unacknowledgedBytes() {
    return outcomes.map(KafkaOutcomeChannel::unacknowledgedBytes).orElse(0L);
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
    return brokerAway() ? null : lag.map(GroupLag::last).map(GroupLag.Answer::byTopic).orElse(null);
  }

  @Override
  public boolean brokerConnected() {
    return lag.map(GroupLag::last).isPresent() && !brokerAway();
  }

  /** For some seconds already; before anybody has asked it is not said to be. */
  private boolean brokerAway() {
    return lag.map(GroupLag::brokerIsAway).orElse(false);
  }

  @Override
  public StreamsView stream() {
    DispatchStatus dispatch = dispatch();
    return new StreamsView(
        stream.map(it -> it.state().name()).orElse("CREATED"),
        stream.map(StreamsRunner::since).map(this::age).orElse(Duration.ZERO),
        stream.map(StreamsRunner::hasRun).orElse(false),
        stream.map(StreamsRunner::threads).orElse(0),
        stream.map(StreamsRunner::tasks).orElse(0),
        brokerAway(),
        clockWrong.getAsBoolean(),
        totalLag(),
        control.paused(),
        new StreamsView.Queue(
            pending(),
            maxPending,
            totals.oldestPending().map(this::age).orElse(null),
            Optional.ofNullable(dispatch.oldestOutcome()).map(this::age).orElse(null),
            dispatch.overdue()),
        faults.lastInternal().filter(at -> age(at).compareTo(FAULT_SHOWN) < 0).isPresent());
  }

  private Duration age(Instant since) {
    return Duration.between(since, clock.instant());
  }

  @Override
  public int health(String service) {
    return Objects.requireNonNull(report).status(service).severity();
  }

  /** Redis if there is one, else the state stores, which are there with the stream. */
  ServiceHealth cache() {
    if (redis == null) {
      return new ServiceHealth(
          Status.HEALTHY, Fields.of("type", "state_store", "connected", stream.isPresent()));
    }
    CacheTierHealth health = redis.health();
    Fields details = Fields.of("type", "redis", "connected", health.connected());
    if (health.lastError() != null) {
      details.put("error", health.lastError());
    }
    boolean whole = health.state() == CacheTierHealth.State.CONNECTED;
    return new ServiceHealth(whole ? Status.HEALTHY : Status.DEGRADED, details);
  }
}
