package dev.explanations.worker.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs any topology in Kafka Streams. Thread-safe. */
public final class StreamsRunner {

  private static final Logger log = LoggerFactory.getLogger(StreamsRunner.class);

  private final KafkaStreams streams;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final OpenWork work = new OpenWork();
  private final Clock clock;
  private volatile Instant since;
  private volatile boolean hasRun;

  /**
   * @param nextAlarm when the calling stream thread next has something to do without a record
   * @param commitRequest asks for a commit of the calling stream thread
   * @param failures called on a dying stream thread
   * @param clock never goes back
   */
  public StreamsRunner(
      Topology topology,
      Properties properties,
      Supplier<Instant> nextAlarm,
      Runnable commitRequest,
      StreamFailures failures,
      Clock clock) {
    this.clock = clock;
    this.since = clock.instant();
    // Kafka Streams rings alarms by the machine's clock
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
    streams.setUncaughtExceptionHandler(failures);
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
   * Completed when everything that stream threads had begun before this call is committed; at once
   * if they are idle. Never blocks.
   */
  public CompletionStage<@Nullable Void> committed() {
    return work.committed();
  }

  public KafkaStreams.State state() {
    return streams.state();
  }

  /** Stream threads that are alive. */
  public int threads() {
    return streams.metadataForLocalThreads().size();
  }

  /** Whether the stream has ever been {@code RUNNING}. */
  public boolean hasRun() {
    return hasRun;
  }

  /** Active tasks of all threads. */
  public int tasks() {
    return streams.metadataForLocalThreads().stream()
        .mapToInt(thread -> thread.activeTasks().size())
        .sum();
  }

  /** Partitions that the active tasks read; empty before the first assignment. */
  public Set<TopicPartition> partitions() {
    return streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .collect(Collectors.toSet());
  }

  /** How long the present state has lasted. */
  public Duration stateFor() {
    return Duration.between(since, clock.instant());
  }

  /** For {@link StoreReader} and for reading its metrics. */
  public KafkaStreams streams() {
    return streams;
  }

  /**
   * Commits and closes.
   *
   * @param leave whether the member leaves the group, so that its partitions move at once
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
}
