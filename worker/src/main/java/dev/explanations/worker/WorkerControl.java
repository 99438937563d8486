package dev.explanations.worker;

import dev.explanations.worker.cache.RedisInvalidator;
import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.Command;
import dev.explanations.worker.contract.Command.ClearCache;
import dev.explanations.worker.contract.Command.HoldBreakerOpen;
import dev.explanations.worker.contract.Command.InvalidateCache;
import dev.explanations.worker.contract.Command.Pause;
import dev.explanations.worker.contract.Command.ResetBreaker;
import dev.explanations.worker.contract.Command.Resume;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.control.CommandResult;
import dev.explanations.worker.control.CommandResult.NotPublished;
import dev.explanations.worker.control.CommandResult.Receipt;
import dev.explanations.worker.control.ControlLog;
import dev.explanations.worker.control.ControlState;
import dev.explanations.worker.control.ControlTopic;
import dev.explanations.worker.dispatch.CallDispatcher;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.metrics.Readings;
import dev.explanations.worker.settings.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** The control topic as the other parts see it, some of which are there before it is read. */
final class WorkerControl implements AutoCloseable {

  private static final Duration READ = Duration.ofSeconds(60);

  /** Beyond the longest life of an explanation: clocks differ, and a call may end a little late. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private final Settings settings;
  private final Clock clock;
  private final RedisInvalidator voidEntries;
  private volatile Optional<ControlTopic> topic = Optional.empty();

  WorkerControl(Settings settings, SharedCache shared, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.voidEntries = new RedisInvalidator(shared, this::cache);
  }

  /**
   * Returns when all commands that were given before are in force.
   *
   * @param committed completed when all is committed that stream threads have begun to do before
   * @throws StartException if the topic cannot be read
   */
  void start(
      Admin admin,
      ClientProperties properties,
      String instanceId,
      CallDispatcher calls,
      Supplier<CompletionStage<@Nullable Void>> committed)
      throws InterruptedException {
    String name = settings.topics().control();
    ControlTopic opened =
        new ControlTopic(
            new ControlLog(admin, properties.controlConsumer(), properties.controlProducer(), name),
            instanceId,
            settings.cache().ttl().plus(settings.gemini().timeout()).plus(MARGIN),
            (command, offset, replayed) -> apply(command, replayed, calls, committed),
            clock);
    topic = Optional.of(opened);
    opened.start();
    if (!opened.awaitState(READ)) {
      throw new StartException(
          "The topic %s (TOPIC_CONTROL) could not be read within %d s"
              .formatted(name, READ.toSeconds()));
    }
  }

  /** Void entries are told by {@link #cache}, wherever the cache is looked into. */
  private static CompletionStage<@Nullable Void> apply(
      Command command,
      boolean replayed,
      CallDispatcher calls,
      Supplier<CompletionStage<@Nullable Void>> committed) {
    switch (command) {
      case ClearCache _, InvalidateCache _ -> {
        // what is void now is to be deleted
        calls.wake();
        if (!replayed) {
          // until the next commit results may become visible that were taken from the cache before
          return committed.get();
        }
      }
      case HoldBreakerOpen(String breaker) -> calls.holdBreakerOpen(breaker);
      case ResetBreaker(String breaker) -> calls.resetBreaker(breaker);
      case Pause() -> calls.pause(true);
      case Resume() -> calls.pause(false);
    }
    return CompletableFuture.completedFuture(null);
  }

  /** What commands say of the cache by now. */
  CacheState cache() {
    return topic.map(it -> it.state().cache()).orElse(CacheState.UNKNOWN);
  }

  /**
   * The workers of the application that are alive.
   *
   * @param self this one's {@code INSTANCE_ID}, listed even if it has not been heard; {@code null}
   *     before it is known
   */
  List<Readings.Member> members(@Nullable String self) {
    Map<String, ControlState.Sighting> workers =
        topic.map(it -> it.state().liveWorkers(clock.instant())).orElse(Map.of());
    List<Readings.Member> members = new ArrayList<>();
    if (self != null && !workers.containsKey(self)) {
      members.add(new Readings.Member(self, true, null, null));
    }
    workers.forEach(
        (worker, seen) ->
            members.add(
                new Readings.Member(worker, worker.equals(self), seen.applied(), seen.heardAt())));
    return members;
  }

  boolean paused() {
    return topic.map(it -> it.state().paused()).orElse(false);
  }

  /** Gives a command to every worker; takes five seconds at most. */
  CommandResult give(Command command) {
    CommandResult result =
        topic
            .map(it -> it.command(command))
            .orElseGet(() -> new NotPublished("this worker is starting"));
    if (result instanceof Receipt) {
      // from now on no worker shares an answer to an older call, but for those that are missing
      voidEntries.deleteAfter(command);
    }
    return result;
  }

  @Override
  public void close() {
    voidEntries.close();
    topic.ifPresent(ControlTopic::close);
  }
}
