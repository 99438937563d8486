package dev.explanations.worker;

import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.cache.VoidEntries;
import dev.explanations.worker.contract.Command;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.control.CommandListener;
import dev.explanations.worker.control.CommandResult;
import dev.explanations.worker.control.CommandResult.NotPublished;
import dev.explanations.worker.control.CommandResult.Receipt;
import dev.explanations.worker.control.ControlLog;
import dev.explanations.worker.control.ControlState;
import dev.explanations.worker.control.ControlTopic;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.metrics.WorkerList;
import dev.explanations.worker.settings.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** The control topic as the other parts see it, some of which are there before it is read. */
final class WorkerControl implements AutoCloseable {

  private static final Duration READ = Duration.ofSeconds(60);

  /** Beyond the longest life of an explanation: clocks differ, and a call may end a little late. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private final Settings settings;
  private final Clock clock;
  private final VoidEntries voidEntries;
  private volatile @Nullable ControlTopic topic;

  WorkerControl(Settings settings, SharedCache shared, Clock clock) {
    this.settings = settings;
    this.clock = clock;
    this.voidEntries = new VoidEntries(shared, this::cache);
  }

  /**
   * Returns when all commands that were given before are in force.
   *
   * @throws StartException if the topic cannot be read
   */
  void start(Admin admin, ClientProperties properties, String instanceId, CommandListener listener)
      throws InterruptedException {
    String name = settings.topics().control();
    ControlTopic opened =
        new ControlTopic(
            new ControlLog(admin, properties.controlConsumer(), properties.controlProducer(), name),
            instanceId,
            settings.cache().ttl().plus(settings.gemini().timeout()).plus(MARGIN),
            listener,
            clock);
    topic = opened;
    opened.start();
    if (!opened.awaitState(READ)) {
      throw new StartException(
          "The topic %s (TOPIC_CONTROL) could not be read within %d s"
              .formatted(name, READ.toSeconds()));
    }
  }

  /** What commands say of the cache by now. */
  CacheState cache() {
    ControlTopic read = topic;
    return read == null ? CacheState.UNKNOWN : read.state().cache();
  }

  /**
   * The workers of the application that are alive.
   *
   * @param self this one's {@code INSTANCE_ID}, listed even if it has not been heard; {@code null}
   *     before it is known
   */
  List<WorkerList.Member> members(@Nullable String self) {
    ControlTopic read = topic;
    Map<String, ControlState.Sighting> workers =
        read == null ? Map.of() : read.state().liveWorkers(clock.instant());
    List<WorkerList.Member> members = new ArrayList<>();
    if (self != null && !workers.containsKey(self)) {
      members.add(new WorkerList.Member(self, true, null, null));
    }
    workers.forEach(
        (worker, seen) ->
            members.add(
                new WorkerList.Member(
                    worker, worker.equals(self), seen.applied(), seen.heardAt())));
    return members;
  }

  boolean paused() {
    ControlTopic read = topic;
    return read != null && read.state().paused();
  }

  /** Gives a command to every worker; takes five seconds at most. */
  CommandResult give(Command command) {
    ControlTopic read = topic;
    if (read == null) {
      return new NotPublished("this worker is starting");
    }
    CommandResult result = read.command(command);
    if (result instanceof Receipt) {
      // from now on no worker shares an answer to an older call, but for those that are missing
      voidEntries.deleteAfter(command);
    }
    return result;
  }

  @Override
  public void close() {
    voidEntries.close();
    ControlTopic opened = topic;
    if (opened != null) {
      opened.close();
    }
  }
}
