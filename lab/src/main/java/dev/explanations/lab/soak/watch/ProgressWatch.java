package dev.explanations.lab.soak.watch;

import dev.explanations.lab.guarantees.Observation.Progress;
import dev.explanations.lab.guarantees.Witness;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Tells once a second how far the workers have read; nothing while brokers do not answer. */
public final class ProgressWatch implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Admin admin;
  private final String group;
  private final Set<String> topics;
  private final Witness witness;
  private final Thread thread = Thread.ofPlatform().name("progress").daemon().unstarted(this::run);

  private ProgressWatch(Admin admin, String group, Set<String> topics, Witness witness) {
    this.admin = admin;
    this.group = group;
    this.topics = topics;
    this.witness = witness;
  }

  /**
   * Begins to look.
   *
   * @param topics that never rest while there is load
   */
  public static ProgressWatch start(
      String bootstrapServers, String group, Set<String> topics, Witness witness) {
    Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    ProgressWatch watch = new ProgressWatch(admin, group, topics, witness);
    watch.thread.start();
    return watch;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    admin.close(Duration.ZERO);
  }

  private void run() {
    try {
      while (true) {
        look();
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      // close() ends the watch
    }
  }

  private void look() throws InterruptedException {
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      committed.keySet().removeIf(partition -> !topics.contains(partition.topic()));
      committed.values().removeIf(offset -> offset == null);
      Map<TopicPartition, ListOffsetsResultInfo> ends =
          admin
              .listOffsets(
                  committed.keySet().stream()
                      .collect(Collectors.toMap(Function.identity(), each -> OffsetSpec.latest())),
                  new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
              .all()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      long now = System.nanoTime();
      ends.forEach(
          (partition, end) -> {
            OffsetAndMetadata position = committed.get(partition);
            if (position != null) {
              witness.saw(
                  new Progress(
                      now,
                      partition.topic(),
                      partition.partition(),
                      position.offset(),
                      end.offset()));
            }
          });
    } catch (ExecutionException | TimeoutException e) {
      // brokers are away, which is told as a fault
    }
  }
}
