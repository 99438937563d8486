package dev.explanations.worker.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a topology; knows nothing of its steps. Safe for many threads. */
public final class StreamsRunner {

  private static final Logger log = LoggerFactory.getLogger(StreamsRunner.class);

  private final KafkaStreams streams;
  private final Admin admin;
  private final String applicationId;
  private final String instanceId;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final OpenWork work = new OpenWork();
  private volatile Instant since;
  private volatile boolean hasRun;

  /**
   * @param nextAlarm when the calling stream thread next has something to do without a record
   * @param commitRequest asks for a commit of the calling stream thread
   * @param clock that is never set back
   */
  public StreamsRunner(
      Topology topology,
      Properties properties,
      Supplier<Instant> nextAlarm,
      Runnable commitRequest,
      Admin admin,
      String applicationId,
      String instanceId,
      Clock clock) {
    this.admin = admin;
    this.applicationId = applicationId;
    this.instanceId = instanceId;
    this.since = clock.instant();
    // alarms ring by Streams' own clock, which is the machine's
    Clock wall = Clock.systemUTC();
    StreamsConfig config = new StreamsConfig(properties);
    Duration commitInterval =
        Duration.ofMillis(config.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG));
    this.streams =
        new KafkaStreams(
            topology,
            config,
            new StreamClients(
                () -> new PollTime(commitInterval, nextAlarm, wall.instant()),
                () -> new CommitPace(commitInterval, clock),
                commitRequest,
                work,
                wall));
    streams.setUncaughtExceptionHandler(new StreamFailures(clock, this::removeMemberAfter));
    streams.setStateListener(
        (now, before) -> {
          log.info("Stream {} -> {}", before, now);
          since = clock.instant();
          hasRun |= now == KafkaStreams.State.RUNNING;
          if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
            ended.complete(null);
          }
        });
  }

  public void start() {
    streams.start();
  }

  /** Completed when the stream has ended, for whatever reason. */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  /**
   * Completed when all that stream threads have begun to do before is committed; at once if they
   * are idle. Never blocks.
   */
  public CompletionStage<@Nullable Void> committed() {
    return work.committed();
  }

  public KafkaStreams.State state() {
    return streams.state();
  }

  public int threads() {
    return streams.metadataForLocalThreads().size();
  }

  public boolean hasRun() {
    return hasRun;
  }

  public int tasks() {
    return streams.metadataForLocalThreads().stream()
        .mapToInt(thread -> thread.activeTasks().size())
        .sum();
  }

  /** Partitions that these tasks read; empty before the first assignment. */
  public Set<TopicPartition> partitions() {
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .collect(Collectors.toSet());
  }

  /** Since when it has its present state. */
  public Instant since() {
    return since;
  }

  /** For those who only look at its metrics. */
  public KafkaStreams streams() {
    return streams;
  }

  /**
   * Commits and closes.
   *
   * @param leave whether the group should give this worker's partitions away at once
   * @return whether all threads ended within the timeout
   */
  public boolean close(Duration timeout, boolean leave) {
    return streams.close(
        CloseOptions.timeout(timeout)
            .withGroupMembershipOperation(
                leave
                    ? GroupMembershipOperation.LEAVE_GROUP
                    : GroupMembershipOperation.REMAIN_IN_GROUP));
  }

  /** Called on a dying stream thread: once it is dead, its name leaves the group. */
  private void removeMemberAfter(Thread dying) {
    String name = dying.getName();
    String member = instanceId + "-" + name.substring(name.lastIndexOf('-') + 1);
    Thread.startVirtualThread(
        () -> {
          try {
            dying.join();
            admin
                .removeMembersFromConsumerGroup(
                    applicationId,
                    new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove(member))))
                .all()
                .get();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (ExecutionException e) {
            log.warn("Member {} not removed from the group: {}", member, e.getMessage());
          }
        });
  }
}
