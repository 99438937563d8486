package dev.explanations.worker.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker each second for the lag of the partitions that this worker owns: end offset less
 * committed offset. Unlike a consumer's own lag it is right while no consumer reads, and it shows
 * whether a broker answers. Partitions without an owner are left out. Thread-safe; no reader waits.
 */
public final class GroupLag implements AutoCloseable {

  /** Time without an answer after which the broker counts as away. */
  public static final Duration AWAY = Duration.ofSeconds(4);

  private static final Logger log = LoggerFactory.getLogger(GroupLag.class);

  /**
   * Pause between requests. With one request lost an answer comes within 3.2 s, less than {@link
   * #AWAY}.
   */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final int TIMEOUT_MS = 1200;

  private final String group;
  private final Supplier<Set<TopicPartition>> owned;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("group-lag").daemon().factory());
  private volatile @Nullable Answer last;

  /** When the broker last answered, or else when asking began; {@link Instant#MAX} before that. */
  private volatile Instant heard = Instant.MAX;

  /** {@code byTopic} is {@code null} if the broker answered, but did not tell the lag. */
  private record Answer(@Nullable Map<String, Long> byTopic) {}

  /** {@code owned} gives the partitions of source topics that this worker reads now. */
  public GroupLag(String group, Supplier<Set<TopicPartition>> owned, Clock clock) {
    this.group = group;
    this.owned = owned;
    this.clock = clock;
  }

  /** Begins to ask. Before that the lag is unknown and the broker neither connected nor away. */
  public void start(Admin admin) {
    heard = clock.instant();
    // ask throws nothing, so the future tells nothing
    var _ =
        timer.scheduleWithFixedDelay(() -> ask(admin), 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Records that wait in this worker's partitions, by topic; empty while it owns none, {@code null}
   * if unknown.
   */
  public @Nullable Map<String, Long> byTopic() {
    Answer answer = last;
    return answer == null || isBrokerAway() ? null : answer.byTopic();
  }

  /** Whether the broker has answered within {@link #AWAY}. */
  public boolean isBrokerConnected() {
    return last != null && !isBrokerAway();
  }

  /** Whether the broker has been asked and has not answered for {@link #AWAY}. */
  public boolean isBrokerAway() {
    return Duration.between(heard, clock.instant()).compareTo(AWAY) >= 0;
  }

  private void ask(Admin admin) {
    try {
      Map<TopicPartition, OffsetAndMetadata> committed = committed(admin);
      last = new Answer(lag(admin, committed));
      heard = clock.instant();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException | Error e) {
      log.debug("The broker does not answer", e);
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(Admin admin)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        new HashMap<>(
            admin
                .listConsumerGroupOffsets(
                    Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(owned.get())),
                    new ListConsumerGroupOffsetsOptions().timeoutMs(TIMEOUT_MS))
                .partitionsToOffsetAndMetadata()
                .get());
    committed.values().removeIf(Objects::isNull);
    return committed;
  }

  /**
   * Lag by topic; {@code null} if the broker refuses, for instance because a topic has been
   * deleted.
   */
  private @Nullable Map<String, Long> lag(
      Admin admin, Map<TopicPartition, OffsetAndMetadata> committed) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    committed.keySet().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    ListOffsetsResult ends =
        admin.listOffsets(
            latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED).timeoutMs(TIMEOUT_MS));
    Map<String, Long> lag = new TreeMap<>();
    try {
      for (Map.Entry<TopicPartition, OffsetAndMetadata> each : committed.entrySet()) {
        long end = ends.partitionResult(each.getKey()).get().offset();
        lag.merge(each.getKey().topic(), Math.max(0, end - each.getValue().offset()), Long::sum);
      }
      return lag;
    } catch (ExecutionException e) {
      log.debug("The broker does not tell the lag", e);
      return null;
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
