package dev.explanations.worker;

import dev.explanations.worker.api.OpsServer;
import dev.explanations.worker.cache.RedisCache;
import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.control.CommandResult;
import dev.explanations.worker.control.CommandResult.NotPublished;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.GateSettings;
import dev.explanations.worker.gemini.ModelClient;
import dev.explanations.worker.gemini.ModelHealth;
import dev.explanations.worker.gemini.client.GeminiModel;
import dev.explanations.worker.health.HealthReport;
import dev.explanations.worker.kafka.GroupLag;
import dev.explanations.worker.kafka.InstanceId;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.metrics.History;
import dev.explanations.worker.metrics.MetricsReport;
import dev.explanations.worker.metrics.WorkerInfo;
import dev.explanations.worker.metrics.WorkerMetrics;
import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.policy.Pricing;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import dev.explanations.worker.spending.BudgetLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: builds the parts in order and closes them in reverse. HTTP, metrics and the
 * rest that needs no Kafka come first, and answer while the {@link Engine} waits for the broker.
 * {@code start}, {@code stop} and {@code awaitEnd} may be called on different threads.
 */
public final class Worker {

  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  private final Settings settings;
  private final SteadyClock clock = new SteadyClock();
  private final ClockWatch clockWatch = new ClockWatch(clock::ahead, this::clockIsSetBack);
  private final WorkerModels models;
  private final WorkerBudget budget;
  private final @Nullable RedisCache redis;
  private final WorkerDeadLetters deadLetters;
  private final WorkerMetrics metrics;
  private final History history;
  private final OpsServer http;
  private final Engine.Base base;

  /** Status of all breakers until there is an engine, whose dispatcher's lock guards the gate. */
  private final List<BreakerStatus> breakersAtStart;

  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Parts parts = new Parts();
  private volatile Optional<Engine> engine = Optional.empty();
  private @Nullable Integer exitCode;

  private Worker(
      SettingsLoader.Loaded loaded,
      BiFunction<Settings.Gemini, String, ? extends ModelClient> clients) {
    this.settings = loaded.settings();
    Prompts prompts = Prompts.of(settings, this::candidateShare);
    WorkerTopology topology = new WorkerTopology(settings, prompts, clock);
    this.redis =
        settings.redis().enabled()
            ? new RedisCache(settings.redis(), settings.gemini().maxInFlight(), clock)
            : null;
    GroupLag lag =
        new GroupLag(
            settings.streams().applicationId(),
            () -> engine.map(it -> it.stream.partitions()).orElse(Set.of()),
            clock);
    Prices prices = Prices.of(settings.policy().prices());
    this.budget = new WorkerBudget(settings, prices, this::budgetLimits, topology.ledger, clock);
    WorkerGauges gauges =
        new WorkerGauges(
            topology,
            redis,
            lag,
            clockWatch,
            new WorkerGauges.Sources(() -> engine, this::breakers, budget.budget::status));
    WorkerInfo info =
        new WorkerInfo(
            Main.version(),
            InstanceId.of(settings.streams()),
            clock.instant(),
            settings,
            loaded.summary(),
            WorkerModels.names(settings.gemini()),
            topology.topics.sources(),
            prices);
    this.metrics = new WorkerMetrics(gauges, info, clock);
    this.models = new WorkerModels(settings.gemini(), clients, metrics.meters());
    parts.add(metrics);
    parts.add(models);
    parts.add(clockWatch);
    CallGate gate =
        new CallGate(models.byBreaker(), GateSettings.of(settings), budget.budget, clock);
    this.breakersAtStart = gate.breakers();
    metrics.bind(gate.resilience4j());
    if (redis != null) {
      metrics.bind(List.of(redis.resilience4j()));
    }
    this.deadLetters = new WorkerDeadLetters(settings);
    this.history = new History(metrics.meters(), gauges, clock);
    HealthReport health =
        new HealthReport(
            settings.environment(),
            clock,
            new HealthReport.Sources(
                gauges::cache,
                this::breakers,
                settings.gemini().model(),
                this::trouble,
                gauges::stream));
    metrics.bind(health);
    this.http =
        new OpsServer(
            settings.http(),
            new OpsServer.Backend(
                health,
                new MetricsReport(metrics, gauges, info, history, clock),
                deadLetters,
                new WorkerLookUps(
                    () -> engine.map(it -> it.tiers),
                    prompts,
                    topology.totals.hits(),
                    schemeOfOthers(settings.http()),
                    clock),
                prompts::status,
                budget,
                this::give,
                topology::describe),
            metrics.meters().http());
    this.base =
        new Engine.Base(
            topology,
            info.instanceId(),
            metrics.meters(),
            new Pricing(prices, clock),
            gate,
            redis == null ? SharedCache.none() : metrics.meters().measured(redis),
            lag,
            ended);
  }

  /**
   * Builds the parts that need no Kafka; starts none.
   *
   * @throws StartException if there are no credentials for Gemini, or {@code STATE_DIR} cannot be
   *     used
   */
  public static Worker create(SettingsLoader.Loaded settings) {
    return create(settings, GeminiModel::create);
  }

  /**
   * Builds the same with other clients than the SDK's.
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
   * @throws StartException with one line that says what to mend; what was started is closed again
   */
  public synchronized void start() {
    try {
      startParts();
    } catch (IOException | KafkaException e) {
      parts.close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      parts.close();
      Thread.currentThread().interrupt();
      throw new StartException("interrupted", e);
    } catch (RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  private void startParts() throws IOException, InterruptedException {
    clockWatch.start();
    http.start();
    parts.add(http);
    history.start();
    parts.add(history);
    if (redis != null) {
      redis.start();
      parts.add(redis);
    }
    parts.add(deadLetters);

    // loads classes for a second, while Kafka is waited for
    Thread warmUp = Thread.ofPlatform().name("warm-up").start(models::warmUp);
    Engine opened = parts.add(Engine.open(base));
    engine = Optional.of(opened);
    parts.add(metrics.bind(opened.stream.streams()));
    opened.start(warmUp);
    log.info("Worker started, instanceId={}", base.instanceId());
  }

  /** Workers of one application are taken to be reached alike. */
  private static String schemeOfOthers(Settings.Http http) {
    return http.advertised() == null ? "http" : http.advertised().getScheme();
  }

  private List<BreakerStatus> breakers() {
    return engine.map(it -> it.calls.breakers()).orElse(breakersAtStart);
  }

  private double candidateShare() {
    return engine.map(it -> it.control.state().candidateShare()).orElse(0.0);
  }

  private BudgetLimits budgetLimits() {
    return engine.map(it -> it.control.state().budget()).orElse(BudgetLimits.OF_SETTINGS);
  }

  /** Present trouble of the preferred model: a misconfiguration, the budget, or anything else. */
  private Optional<ModelHealth.Trouble> trouble() {
    return models
        .trouble()
        .filter(it -> it.code() == ErrorCode.MISCONFIGURED)
        .or(budget::trouble)
        .or(models::trouble);
  }

  private CommandResult give(Command command) {
    return engine
        .map(it -> it.give(command))
        .orElseGet(() -> new NotPublished("this worker is starting"));
  }

  /**
   * Stops taking work, lets running calls finish, commits and closes the stream, within {@code
   * SHUTDOWN_TIMEOUT}; then closes the parts, for which {@link Main} allows 5 s more. A second call
   * returns what the first did.
   *
   * @return 0 when everything came to its end, 1 when it was cut short
   */
  public synchronized int stop() {
    if (exitCode == null) {
      deadLetters.stop();
      exitCode = engine.map(it -> it.drain(timeToStop())).orElse(true) ? 0 : 1;
      parts.close();
    }
    return exitCode;
  }

  private Duration timeToStop() {
    // with a wrong clock stream threads may stand still, so a longer wait gains nothing
    return clockWatch.isWrong() ? Engine.COMMIT_RESERVE : settings.streams().shutdownTimeout();
  }

  /** Blocks until the worker has ended by itself; its parts remain open until {@link #stop}. */
  public int awaitEnd() {
    ended.join();
    return 1;
  }

  /** The port of the HTTP server; only after {@link #start}. */
  public int httpPort() {
    return http.port();
  }

  private void clockIsSetBack(Duration step) {
    log.error(
        "The clock of this machine has been set back by {} s: Kafka's clients would stand still"
            + " until it has caught up, so the worker ends, to be started again",
        step.toSeconds());
    ended.complete(null);
  }
}
