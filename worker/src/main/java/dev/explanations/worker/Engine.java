package dev.explanations.worker;

import dev.explanations.worker.acl.GrantCheck;
import dev.explanations.worker.acl.NotAllowed;
import dev.explanations.worker.cache.RedisInvalidator;
import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.Command.ClearCache;
import dev.explanations.worker.contract.peer.Command.HoldBreakerOpen;
import dev.explanations.worker.contract.peer.Command.InvalidateCache;
import dev.explanations.worker.contract.peer.Command.Pause;
import dev.explanations.worker.contract.peer.Command.ResetBreaker;
import dev.explanations.worker.contract.peer.Command.Resume;
import dev.explanations.worker.contract.peer.Command.SetBudget;
import dev.explanations.worker.contract.peer.Command.SetCandidateShare;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.control.CommandResult;
import dev.explanations.worker.control.CommandResult.Receipt;
import dev.explanations.worker.control.ControlLog;
import dev.explanations.worker.control.ControlTopic;
import dev.explanations.worker.dispatch.CallDispatcher;
import dev.explanations.worker.dispatch.DispatchSettings;
import dev.explanations.worker.dispatch.SharedAnswers;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.kafka.AbandonedTransactions;
import dev.explanations.worker.kafka.BrokerAccess;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.kafka.ConsumedRecordsPurger;
import dev.explanations.worker.kafka.GroupLag;
import dev.explanations.worker.kafka.KafkaOutcomeChannel;
import dev.explanations.worker.kafka.Member;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.kafka.StaticMembers;
import dev.explanations.worker.kafka.StoreReader;
import dev.explanations.worker.kafka.StreamFailures;
import dev.explanations.worker.kafka.StreamsRunner;
import dev.explanations.worker.metrics.Meters;
import dev.explanations.worker.policy.Pricing;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.store.ExplanationStore;
import dev.explanations.worker.topics.OffsetsGuard;
import dev.explanations.worker.topics.TopicSetup;
import dev.explanations.worker.tracing.OpenTelemetryTracing;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a worker that need Kafka. The parts are thread-safe; {@code start}, {@code drain}
 * and {@code close} are called by one thread at a time.
 */
final class Engine implements AutoCloseable {

  /** End of {@code SHUTDOWN_TIMEOUT} that is kept for committing and closing the stream. */
  static final Duration COMMIT_RESERVE = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  private static final Duration CONTROL_READ = Duration.ofSeconds(60);
  private static final Duration PURGE_INTERVAL = Duration.ofSeconds(30);

  /** Added to the longest life of an explanation: clocks differ, and a call may end late. */
  private static final Duration INVALIDATIONS_MARGIN = Duration.ofMinutes(1);

  /** Limit for closing an admin client, which would wait a minute while no broker answers. */
  static final Duration ADMIN_CLOSE = Duration.ofSeconds(1);

  final KafkaOutcomeChannel outcomes;
  final CallDispatcher calls;
  final StreamsRunner stream;
  final ControlTopic control;
  final WorkerLookUps.Tiers tiers;
  private final RedisInvalidator invalidator;
  private final ConsumedRecordsPurger purger;
  private final Settings settings;
  private final Clock clock;
  private final Parts parts;

  /**
   * The parts without Kafka that the engine is built upon.
   *
   * @param lag started and closed by the engine
   * @param ended completed by the engine when it can work no more
   */
  record Base(
      WorkerTopology topology,
      String instanceId,
      Meters meters,
      Pricing pricing,
      CallGate gate,
      SharedCache shared,
      GroupLag lag,
      CompletableFuture<Void> ended) {}

  /**
   * Waits for the broker, prepares the topics and builds the parts. Closes what it has opened if it
   * fails or is interrupted.
   *
   * @throws StartException if a client cannot be built, no broker can be used, or topics or offsets
   *     do not fit the settings
   */
  static Engine open(Base base) throws InterruptedException {
    Settings settings = base.topology.settings;
    BrokerAccess access = new BrokerAccess(settings.kafka());
    Parts parts = new Parts();
    try {
      access.check();
      Admin admin =
          Admin.create(new ClientProperties(settings.kafka(), settings.streams()).admin());
      parts.add(() -> admin.close(ADMIN_CLOSE));
      parts.add(base.lag).start(admin);
      TopicSetup topics = new TopicSetup(admin, settings);
      TopicLimits limits = topics.prepare();
      new OffsetsGuard(
              admin,
              settings.streams().applicationId(),
              base.topology.topics,
              topics.grants(),
              base.meters::purged)
          .check();
      return new Engine(base, admin, topics.grants(), limits, parts);
    } catch (StartException e) {
      parts.close();
      throw access.explained(e);
    } catch (KafkaException e) {
      parts.close();
      throw access.explained(e);
    } catch (InterruptedException | RuntimeException | Error e) {
      parts.close();
      throw e;
    }
  }

  private Engine(Base base, Admin admin, GrantCheck grants, TopicLimits limits, Parts parts) {
    WorkerTopology topology = base.topology;
    this.settings = topology.settings;
    this.clock = topology.clock;
    this.parts = parts;
    String application = settings.streams().applicationId();
    ClientProperties properties = new ClientProperties(settings.kafka(), settings.streams());
    parts.add(new AbandonedTransactions(admin, application, clock)).start();
    this.outcomes =
        parts.add(
            new KafkaOutcomeChannel(
                properties.outcomesProducer(),
                topology.topics.outcomes(),
                failure -> {
                  log.error(
                      "Outcomes cannot be sent to Kafka any more, the worker ends: {}",
                      NotAllowed.message(
                          failure, AclOperation.WRITE, List.of(topology.topics.outcomes())),
                      failure);
                  base.ended.complete(null);
                }));
    Tracing tracing = tracing(base.instanceId);
    DispatchSettings dispatch = DispatchSettings.of(settings);
    SharedAnswers answers = new SharedAnswers(base.shared, this::cacheState, dispatch, clock);
    this.calls =
        parts.add(
            new CallDispatcher(
                base.gate,
                answers,
                outcomes,
                base.pricing,
                topology.ledger,
                dispatch,
                clock,
                tracing));
    Member self = Member.of(settings.http().advertised(), base.instanceId);
    this.stream =
        new StreamsRunner(
            topology.build(calls, this::cacheState, base.meters.flow(), limits, tracing),
            properties.streams(base.instanceId, self),
            topology.alarms::next,
            topology.commits::request,
            new StreamFailures(
                clock,
                new StaticMembers(admin, application, base.instanceId)::removeAfter,
                grants::explain),
            clock);
    StoreReader explanations =
        new StoreReader(stream, self, ExplanationStore.NAME, topology.topics.accepted());
    this.tiers = new WorkerLookUps.Tiers(explanations::read, answers::peek, this::cacheState);
    // closed by drain; this is for a start that fails, and does not wait
    parts.add(() -> stream.close(Duration.ZERO, false));
    var _ = stream.ended().thenRun(() -> base.ended.complete(null));
    this.control =
        parts.add(
            new ControlTopic(
                new ControlLog(
                    admin,
                    properties.controlConsumer(),
                    properties.controlProducer(),
                    settings.topics().control()),
                base.instanceId,
                settings.cache().ttl().plus(settings.gemini().timeout()).plus(INVALIDATIONS_MARGIN),
                (command, offset, replayed) -> apply(command, replayed),
                topology.ledger,
                clock));
    this.invalidator = parts.add(new RedisInvalidator(base.shared, this::cacheState));
    this.purger =
        parts.add(
            new ConsumedRecordsPurger(
                admin, application, topology.topics.queues(), stream::partitions));
  }

  private Tracing tracing(String instanceId) {
    return settings.tracing().enabled()
        ? parts.add(
            OpenTelemetryTracing.toCollector(
                settings.tracing().endpoint(), settings.streams().applicationId(), instanceId))
        : Tracing.OFF;
  }

  /**
   * Returns when all commands given before are in force and the stream has been started.
   *
   * @param warmUp ends before the stream starts
   * @throws StartException if the control topic cannot be read
   */
  void start(Thread warmUp) throws InterruptedException {
    control.start();
    if (!control.awaitState(CONTROL_READ)) {
      throw new StartException(
          "The topic %s (TOPIC_CONTROL) could not be read within %d s"
              .formatted(settings.topics().control(), CONTROL_READ.toSeconds()));
    }
    purger.start(PURGE_INTERVAL);
    warmUp.join();
    stream.start();
  }

  /** The cache by the commands applied so far. */
  private CacheState cacheState() {
    return control.state().cache();
  }

  /** Applies a command to this worker. Caches learn of void entries by {@link #cacheState}. */
  private CompletionStage<@Nullable Void> apply(Command command, boolean replayed) {
    switch (command) {
      case ClearCache _, InvalidateCache _ -> {
        // tasks delete what is void now
        calls.wake();
        if (!replayed) {
          // results taken from the cache before become visible with the next commit
          return stream.committed();
        }
      }
      case HoldBreakerOpen(String breaker) -> calls.holdBreakerOpen(breaker);
      case ResetBreaker(String breaker) -> calls.resetBreaker(breaker);
      case Pause() -> calls.pause(true);
      case Resume() -> calls.pause(false);
      case SetCandidateShare _ -> {} // prompts ask the state for it
      case SetBudget _ -> calls.budgetHasChanged();
    }
    return CompletableFuture.completedFuture(null);
  }

  /** Gives a command to every worker; takes five seconds at most. */
  CommandResult give(Command command) {
    CommandResult result = control.command(command);
    if (result instanceof Receipt) {
      // from now on only missing workers may still share an answer to an older call
      invalidator.deleteAfter(command);
    }
    return result;
  }

  /**
   * Stops taking work, lets running calls finish, commits and closes the stream.
   *
   * @return whether everything came to its end in time
   */
  boolean drain(Duration time) {
    Instant end = clock.instant().plus(time);
    boolean quiet = false;
    calls.stopAccepting();
    try {
      quiet = calls.awaitQuiet(until(end.minus(COMMIT_RESERVE)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!quiet) {
      log.warn(
          "{} calls and {} unsent outcomes left when the time for calls was over",
          calls.inFlight(),
          calls.unsent());
    }
    Duration left = until(end);
    boolean closed =
        stream.close(left.isNegative() ? Duration.ZERO : left, settings.streams().leaveOnStop());
    return quiet && closed;
  }

  private Duration until(Instant end) {
    return Duration.between(clock.instant(), end);
  }

  @Override
  public void close() {
    parts.close();
  }
}
