package dev.explanations.worker;

import dev.explanations.worker.api.OpsServer;
import dev.explanations.worker.cache.RedisCache;
import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.dispatch.CallDispatcher;
import dev.explanations.worker.dispatch.DispatchSettings;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.GateSettings;
import dev.explanations.worker.gemini.GeminiModel;
import dev.explanations.worker.gemini.ModelClient;
import dev.explanations.worker.health.HealthReport;
import dev.explanations.worker.kafka.AbandonedTransactions;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.kafka.ConsumedRecordsPurger;
import dev.explanations.worker.kafka.GroupLag;
import dev.explanations.worker.kafka.InstanceId;
import dev.explanations.worker.kafka.KafkaOutcomeChannel;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.kafka.StreamsRunner;
import dev.explanations.worker.metrics.History;
import dev.explanations.worker.metrics.MetricsReport;
import dev.explanations.worker.metrics.WorkerInfo;
import dev.explanations.worker.metrics.WorkerMetrics;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import dev.explanations.worker.topics.OffsetsGuard;
import dev.explanations.worker.topics.TopicSetup;
import dev.explanations.worker.tracing.OpenTelemetryTracing;
import dev.explanations.worker.tracing.Tracing;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: builds the parts in order and closes them in reverse. {@code start}, {@code
 * stop} and {@code awaitEnd} may be called on different threads.
 */
public final class Worker {

  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private static final Duration PURGE_INTERVAL = Duration.ofSeconds(30);

  /** Of the time to stop, what is kept for committing and closing. */
  private static final Duration CLOSE_RESERVE = Duration.ofSeconds(5);

  /** Without a limit the client waits for running requests, a minute while no broker answers. */
  private static final Duration ADMIN_CLOSE = Duration.ofSeconds(1);

  private final Settings settings;
  private final SteadyClock clock = new SteadyClock();
  private final ClockWatch clockWatch = new ClockWatch(clock::ahead, this::clockIsSetBack);
  private final WorkerTopology topology;
  private final WorkerModels models;
  private final CallGate gate;
  private final @Nullable RedisCache redis;
  private final SharedCache shared;
  private final WorkerControl control;
  private final WorkerDeadLetters deadLetters;
  private final WorkerReadings readings;
  private final WorkerMetrics metrics;
  private final History history;
  private final OpsServer http;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private @Nullable CallDispatcher dispatcher;
  private volatile @Nullable StreamsRunner stream;
  private @Nullable Integer exitCode;

  private Worker(
      SettingsLoader.Loaded loaded,
      BiFunction<Settings.Gemini, String, ? extends ModelClient> clients) {
    this.settings = loaded.settings();
    this.topology = new WorkerTopology(settings, clock);
    this.redis =
        settings.redis().enabled()
            ? new RedisCache(settings.redis(), settings.gemini().maxInFlight(), clock)
            : null;
    this.control = new WorkerControl(settings, redis == null ? SharedCache.none() : redis, clock);
    this.readings =
        new WorkerReadings(
            topology, redis, control, settings.requests().maxPending(), clockWatch::isWrong, clock);
    WorkerInfo info =
        new WorkerInfo(
            Main.version(),
            clock.instant(),
            settings,
            loaded.summary(),
            WorkerModels.names(settings.gemini()),
            topology.topics.sources());
    this.metrics = new WorkerMetrics(readings, info, clock);
    this.shared = redis == null ? SharedCache.none() : metrics.meters().measured(redis);
    this.models = new WorkerModels(settings.gemini(), clients, metrics.meters());
    parts.push(models);
    parts.push(clockWatch);
    this.gate = new CallGate(models.byBreaker(), GateSettings.of(settings), clock);
    metrics.bind(gate.resilience4j());
    if (redis != null) {
      metrics.bind(List.of(redis.resilience4j()));
    }
    readings.attach(gate);
    this.deadLetters = new WorkerDeadLetters(settings);
    this.history = new History(metrics.meters(), readings, clock);
    HealthReport health =
        new HealthReport(
            settings.environment(),
            clock,
            readings::cache,
            readings::breakers,
            settings.gemini().model(),
            models::trouble,
            readings::stream);
    readings.attach(health);
    this.http =
        new OpsServer(
            settings.http(),
            health,
            readings::breakers,
            control::give,
            deadLetters,
            new MetricsReport(metrics, readings, info, history, clock),
            topology::describe,
            metrics.meters().http());
  }

  /**
   * Builds what needs nobody else; nothing runs yet.
   *
   * @throws StartException if there are no credentials for Gemini
   */
  public static Worker create(SettingsLoader.Loaded settings) {
    return create(settings, GeminiModel::create);
  }

  /**
   * The same with other clients than the SDK's.
   *
   * @param clients builds the client for a model's name
   */
  public static Worker create(
      SettingsLoader.Loaded settings,
      BiFunction<Settings.Gemini, String, ? extends ModelClient> clients) {
    return new Worker(settings, clients);
  }

  /**
   * Returns when the stream has been started.
   *
   * @throws StartException with one line that says what to mend; what was started is stopped again
   */
  public synchronized void start() {
    try {
      startParts();
    } catch (IOException | KafkaException e) {
      closeParts();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      closeParts();
      Thread.currentThread().interrupt();
      throw new StartException("interrupted", e);
    } catch (RuntimeException | Error e) {
      closeParts();
      throw e;
    }
  }

  private void startParts() throws IOException, InterruptedException {
    clockWatch.start();
    http.start();
    parts.push(http);
    history.start();
    parts.push(history);

    if (redis != null) {
      redis.start();
      parts.push(redis);
    }

    // a second of loading classes, while Kafka is waited for
    Thread warmUp = Thread.ofPlatform().name("warm-up").start(models::warmUp);

    Settings.Streams streams = settings.streams();
    String instanceId = InstanceId.of(streams);
    readings.attach(instanceId);
    ClientProperties properties = new ClientProperties(settings.kafka(), streams);
    Admin admin = Admin.create(properties.admin());
    parts.push(() -> admin.close(ADMIN_CLOSE));
    parts.push(deadLetters);
    deadLetters.attach(admin);
    GroupLag lag = new GroupLag(admin, streams.applicationId(), readings::partitions, clock);
    parts.push(lag);
    lag.start();
    readings.attach(lag);
    TopicLimits limits = new TopicSetup(admin, settings).prepare();
    new OffsetsGuard(admin, streams.applicationId(), topology.topics, metrics.meters()::purged)
        .check();

    AbandonedTransactions abandoned = new AbandonedTransactions(admin, streams.applicationId());
    parts.push(abandoned);
    abandoned.start();

    KafkaOutcomeChannel outcomes =
        new KafkaOutcomeChannel(
            properties.outcomesProducer(), topology.topics.outcomes(), this::outcomesAreLost);
    parts.push(outcomes);
    Tracing tracing = tracing(instanceId);
    CallDispatcher calls =
        new CallDispatcher(
            gate, shared, control::cache, outcomes, DispatchSettings.of(settings), clock, tracing);
    parts.push(calls);
    dispatcher = calls;
    readings.attach(outcomes, calls);
    parts.push(control);
    control.start(admin, properties, instanceId, calls, this::committed);

    ConsumedRecordsPurger purger =
        new ConsumedRecordsPurger(
            admin, streams.applicationId(), topology.topics.queues(), readings::partitions);
    parts.push(purger);
    purger.start(PURGE_INTERVAL);

    StreamsRunner runner =
        new StreamsRunner(
            topology.build(calls, control::cache, metrics.meters().flow(), limits, tracing),
            properties.streams(instanceId),
            topology.alarms::next,
            topology.commits::request,
            admin,
            streams.applicationId(),
            instanceId,
            clock);
    stream = runner;
    readings.attach(runner);
    metrics.bind(runner.streams());
    parts.push(metrics);
    var _ = runner.ended().thenRun(() -> ended.complete(null));
    warmUp.join();
    runner.start();
    log.info("Worker started, instanceId={}", instanceId);
  }

  private CompletionStage<@Nullable Void> committed() {
    StreamsRunner runner = stream;
    return runner == null ? CompletableFuture.completedFuture(null) : runner.committed();
  }

  /**
   * Stops taking work, lets running calls finish, commits and closes; all within {@code
   * SHUTDOWN_TIMEOUT}. A second call returns what the first did.
   *
   * @return 0 when everything came to its end, 1 when it was cut short
   */
  public synchronized int stop() {
    if (exitCode == null) {
      exitCode = drain(clock.instant().plus(timeToStop())) ? 0 : 1;
      closeParts();
    }
    return exitCode;
  }

  private Duration timeToStop() {
    // with a wrong clock stream threads may stand still, so waiting for longer gains nothing
    return clockWatch.isWrong() ? CLOSE_RESERVE : settings.streams().shutdownTimeout();
  }

  private boolean drain(Instant end) {
    CallDispatcher calls = dispatcher;
    StreamsRunner runner = stream;
    if (calls == null || runner == null) {
      return true;
    }
    boolean quiet = false;
    deadLetters.stop();
    calls.stopAccepting();
    try {
      quiet = calls.awaitQuiet(Duration.between(clock.instant(), end.minus(CLOSE_RESERVE)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!quiet) {
      log.warn("{} calls still ran when the time to stop was over", calls.inFlight());
    }
    Duration left = Duration.between(clock.instant(), end);
    boolean closed =
        runner.close(left.isNegative() ? Duration.ZERO : left, settings.streams().leaveOnStop());
    return quiet && closed;
  }

  /** Blocks until the worker has ended by itself; what remains of it wants a {@link #stop}. */
  public int awaitEnd() {
    ended.join();
    return 1;
  }

  /** The port of the HTTP server; only after {@link #start}. */
  public int httpPort() {
    return http.port();
  }

  private void outcomesAreLost(Exception failure) {
    log.error("Outcomes cannot be sent to Kafka any more: the worker ends", failure);
    ended.complete(null);
  }

  private void clockIsSetBack(Duration step) {
    log.error(
        "The clock of this machine has been set back by {} s: Kafka's clients would stand still"
            + " until it has caught up, so the worker ends, to be started again",
        step.toSeconds());
    ended.complete(null);
  }

  private void closeParts() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        log.warn("A part did not close cleanly", e);
      }
    }
  }

  private Tracing tracing(String instanceId) {
    if (!settings.tracing().enabled()) {
      return Tracing.OFF;
    }
    OpenTelemetryTracing tracing =
        OpenTelemetryTracing.toCollector(
            settings.tracing().endpoint(), settings.streams().applicationId(), instanceId);
    parts.push(tracing);
    return tracing;
  }
}
