package dev.explanations.worker.kafka;

import dev.explanations.worker.acl.NotAllowed;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes records below the committed offset from the application's own queues: otherwise outcomes
 * alone take 86 GB a day at 512 results a second. Each worker deletes in the partitions that it
 * owns; the next owner of a partition deletes what the last one left.
 */
public final class ConsumedRecordsPurger implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ConsumedRecordsPurger.class);

  private final Admin admin;
  private final String group;
  private final Set<String> queues;
  private final Supplier<Set<TopicPartition>> owned;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("purger").daemon().factory());
  private final Map<TopicPartition, Long> purged = new HashMap<>();
  private boolean failing;

  /**
   * @param queues names of the topics to delete from
   * @param owned partitions that this worker reads now, those of other topics included
   */
  public ConsumedRecordsPurger(
      Admin admin, String group, Set<String> queues, Supplier<Set<TopicPartition>> owned) {
    this.admin = admin;
    this.group = group;
    this.queues = Set.copyOf(queues);
    this.owned = owned;
  }

  public void start(Duration interval) {
    // purge throws nothing, so the future tells nothing
    var _ =
        timer.scheduleWithFixedDelay(
            this::purge, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void purge() {
    try {
      Set<TopicPartition> partitions =
          owned.get().stream()
              .filter(partition -> queues.contains(partition.topic()))
              .collect(Collectors.toSet());
      Map<TopicPartition, RecordsToDelete> consumed = new HashMap<>();
      admin
          .listConsumerGroupOffsets(
              Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)))
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, offset) -> {
                if (offset != null && offset.offset() > purged.getOrDefault(partition, 0L)) {
                  consumed.put(partition, RecordsToDelete.beforeOffset(offset.offset()));
                }
              });
      admin.deleteRecords(consumed).all().get();
      consumed.forEach((partition, records) -> purged.put(partition, records.beforeOffset()));
      if (failing) {
        log.info("Consumed records are deleted again");
        failing = false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException | Error e) {
      if (!failing) {
        log.warn(
            "Consumed records cannot be deleted, their topics grow: {}",
            NotAllowed.message(e, AclOperation.DELETE, queues));
        failing = true;
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
