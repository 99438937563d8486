package dev.explanations.lab.soak.watch;

import dev.explanations.lab.guarantees.Observation.Progress;
import dev.explanations.lab.guarantees.Witness;
import dev.explanations.lab.watch.Poller;
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

/** Reports once a second how far the workers have read; reports nothing while brokers are down. */
public final class ProgressWatch implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Admin admin;
  private final String group;
  private final Set<String> topics;
  private final Witness witness;
  private final Poller poller;

  /**
   * Begins to look.
   *
   * @param topics topics to watch, which never rest while there is load
   */
  public ProgressWatch(String bootstrapServers, String group, Set<String> topics, Witness witness) {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.group = group;
    this.topics = topics;
    this.witness = witness;
    this.poller = Poller.start("progress", INTERVAL, this::look);
  }

  @Override
  public void close() {
    poller.close();
    admin.close(Duration.ZERO);
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
      // brokers are down, which is reported as a fault
    }
  }
}
