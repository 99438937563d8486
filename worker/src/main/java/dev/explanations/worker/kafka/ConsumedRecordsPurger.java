package dev.explanations.worker.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes from the application's own queues what has been consumed and committed: otherwise
 * outcomes alone are 86 GB a day at 512 results a second. Every worker does so for all partitions;
 * that is idempotent, and one request every half minute.
 */
public final class ConsumedRecordsPurger implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ConsumedRecordsPurger.class);

  private final Admin admin;
  private final String group;
  private final Set<String> topics;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("purger").daemon().factory());
  private final Map<TopicPartition, Long> purged = new HashMap<>();
  private boolean failing;

  public ConsumedRecordsPurger(Admin admin, String group, Set<String> topics) {
    this.admin = admin;
    this.group = group;
    this.topics = Set.copyOf(topics);
  }

  public void start(Duration interval) {
    // purge lets nothing out, so there is nothing to learn from the future
    var _ =
        timer.scheduleWithFixedDelay(
            this::purge, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void purge() {
    try {
      Map<TopicPartition, RecordsToDelete> consumed = new HashMap<>();
      admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .forEach(
              (partition, offset) -> {
                if (topics.contains(partition.topic())
                    && offset != null
                    && offset.offset() > purged.getOrDefault(partition, 0L)) {
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
        log.warn("Consumed records cannot be deleted, their topics grow: {}", e.toString());
        failing = true;
      }
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
