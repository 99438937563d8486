package dev.explanations.worker;

import dev.explanations.worker.cache.CacheTierStatistics;
import dev.explanations.worker.cache.RedisCache;
import dev.explanations.worker.dispatch.CallDispatcher;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.kafka.GroupLag;
import dev.explanations.worker.kafka.KafkaOutcomeChannel;
import dev.explanations.worker.kafka.StreamsRunner;
import dev.explanations.worker.metrics.Readings;
import dev.explanations.worker.ops.QueueView;
import dev.explanations.worker.ops.StreamsView;
import dev.explanations.worker.topology.Faults;
import dev.explanations.worker.topology.WorkerTotals;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads the parts of a worker, of which many exist only some time after its start. */
final class WorkerReadings implements Readings {

  /** For so long a failure of the worker itself makes it degraded. */
  private static final Duration FAULT_SHOWN = Duration.ofMinutes(10);

  private final WorkerTotals totals;
  private final Faults faults;
  private final @Nullable RedisCache redis;
  private final ToIntFunction<String> health;
  private final BooleanSupplier paused;
  private final BooleanSupplier clockWrong;
  private final Clock clock;
  private volatile @Nullable CallDispatcher dispatcher;
  private volatile @Nullable KafkaOutcomeChannel outcomes;
  private volatile @Nullable GroupLag lag;
  private volatile @Nullable StreamsRunner stream;

  WorkerReadings(
      WorkerTotals totals,
      Faults faults,
      @Nullable RedisCache redis,
      ToIntFunction<String> health,
      BooleanSupplier paused,
      BooleanSupplier clockWrong,
      Clock clock) {
    this.totals = totals;
    this.faults = faults;
    this.redis = redis;
    this.health = health;
    this.paused = paused;
    this.clockWrong = clockWrong;
    this.clock = clock;
  }

  void attach(GroupLag lag) {
    this.lag = lag;
  }

  void attach(KafkaOutcomeChannel outcomes, CallDispatcher dispatcher) {
    this.outcomes = outcomes;
    this.dispatcher = dispatcher;
  }

  void attach(StreamsRunner stream) {
    this.stream = stream;
  }

  /** Partitions of source topics that this worker owns; none before the stream is there. */
  Set<TopicPartition> partitions() {
    StreamsRunner stream = this.stream;
    return stream == null ? Set.of() : stream.partitions();
  }

  boolean hasStream() {
    return stream != null;
  }

  @Override
  public DispatchStatus dispatch() {
    CallDispatcher dispatcher = this.dispatcher;
    return dispatcher == null ? DispatchStatus.NONE : dispatcher.status();
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
    KafkaOutcomeChannel outcomes = this.outcomes;
    return outcomes == null ? 0 : outcomes.acknowledged();
  }

  @Override
  public long unacknowledgedBytes() {
    KafkaOutcomeChannel outcomes = this.outcomes;
    return outcomes == null ? 0 : outcomes.unacknowledgedBytes();
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
    GroupLag.Answer answer = answer();
    return answer == null || brokerAway() ? null : answer.byTopic();
  }

  @Override
  public boolean brokerConnected() {
    return answer() != null && !brokerAway();
  }

  /** For some seconds already; before anybody has asked it is not said to be. */
  boolean brokerAway() {
    GroupLag lag = this.lag;
    return lag != null && lag.brokerIsAway();
  }

  StreamsView streamsView(int maxPending) {
    StreamsRunner stream = this.stream;
    DispatchStatus dispatch = dispatch();
    Map<String, Long> lag = lag();
    QueueView queue =
        new QueueView(
            pending(),
            maxPending,
            age(oldestPending()),
            age(dispatch.oldestOutcome()),
            dispatch.overdue());
    return new StreamsView(
        stream == null ? "CREATED" : stream.state().name(),
        stream == null ? Duration.ZERO : Duration.between(stream.since(), clock.instant()),
        stream != null && stream.hasRun(),
        stream == null ? 0 : stream.threads(),
        brokerAway(),
        clockWrong.getAsBoolean(),
        lag == null ? null : lag.values().stream().mapToLong(Long::longValue).sum(),
        paused.getAsBoolean(),
        queue,
        faults
            .lastInternal()
            .filter(at -> at.plus(FAULT_SHOWN).isAfter(clock.instant()))
            .isPresent());
  }

  private @Nullable Duration age(@Nullable Instant since) {
    return since == null ? null : Duration.between(since, clock.instant());
  }

  private GroupLag.@Nullable Answer answer() {
    GroupLag lag = this.lag;
    return lag == null ? null : lag.last();
  }

  @Override
  public Stream stream() {
    StreamsRunner stream = this.stream;
    return stream == null
        ? new Stream("CREATED", 0, 0, paused.getAsBoolean())
        : new Stream(
            stream.state().name(), stream.threads(), stream.tasks(), paused.getAsBoolean());
  }

  @Override
  public int health(String service) {
    return health.applyAsInt(service);
  }
}
