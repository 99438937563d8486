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
 * Asks the broker each second how far this worker is behind in the partitions that it owns: the
 * committed offsets against the ends. So it is true as well while no consumer reads, and it tells
 * whether there is a broker. Partitions that nobody owns are watched by nobody. Thread-safe; no
 * caller waits.
 */
public final class GroupLag implements AutoCloseable {

  /** A broker that has not answered for this long is away. */
  public static final Duration AWAY = Duration.ofSeconds(4);

  private static final Logger log = LoggerFactory.getLogger(GroupLag.class);

  /** Pause and patience together, one lost question included, are less than {@link #AWAY}. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final int PATIENCE_MS = 1200;

  private final Admin admin;
  private final String group;
  private final Supplier<Set<TopicPartition>> owned;
  private final Clock clock;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("group-lag").daemon().factory());
  private volatile @Nullable Answer last;
  private volatile Instant heard;

  /**
   * The broker's answer.
   *
   * @param byTopic records that wait in this worker's partitions; empty while it owns none, {@code
   *     null} if only this could not be told
   */
  public record Answer(@Nullable Map<String, Long> byTopic) {}

  /**
   * @param owned partitions of source topics that this worker reads now
   */
  public GroupLag(Admin admin, String group, Supplier<Set<TopicPartition>> owned, Clock clock) {
    this.admin = admin;
    this.group = group;
    this.owned = owned;
    this.clock = clock;
    this.heard = clock.instant();
  }

  public void start() {
    // ask lets nothing out, so there is nothing to learn from the future
    var _ = timer.scheduleWithFixedDelay(this::ask, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The last answer; {@code null} before the first. */
  public @Nullable Answer last() {
    return last;
  }

  /** Whether no broker has answered for so long, since the start at first. */
  public boolean brokerIsAway() {
    return Duration.between(heard, clock.instant()).compareTo(AWAY) >= 0;
  }

  private void ask() {
    try {
      Map<TopicPartition, OffsetAndMetadata> committed = committed();
      last = new Answer(lag(committed));
      heard = clock.instant();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException | Error e) {
      log.debug("The broker does not answer", e);
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> committed()
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        new HashMap<>(
            admin
                .listConsumerGroupOffsets(
                    Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(owned.get())),
                    new ListConsumerGroupOffsetsOptions().timeoutMs(PATIENCE_MS))
                .partitionsToOffsetAndMetadata()
                .get());
    committed.values().removeIf(Objects::isNull);
    return committed;
  }

  /** {@code null} if it cannot be told, for instance of a topic that has been deleted. */
  private @Nullable Map<String, Long> lag(Map<TopicPartition, OffsetAndMetadata> committed)
      throws InterruptedException {
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    committed.keySet().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    ListOffsetsResult ends =
        admin.listOffsets(
            latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED).timeoutMs(PATIENCE_MS));
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
