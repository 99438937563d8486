package dev.explanations.lab.bench.rig;

import dev.explanations.lab.bench.load.Load;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Sizes, ends and committed offsets of topics, as the broker tells them. */
public final class BenchTopics implements AutoCloseable {

  /** The default of the worker's APPLICATION_ID. */
  private static final String GROUP = "explanation-worker";

  /** Where a request is between its acceptance and the stores. */
  private static final Set<String> ON_THE_WAY =
      Set.of(GROUP + "-accepted-repartition", "explanations.retries");

  /** The end of a transaction takes an offset that need not be committed. */
  private static final long MARKER = 1;

  private static final Duration POLL = Duration.ofMillis(50);

  private final Admin admin;

  public BenchTopics(String bootstrapServers) {
    this.admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  /**
   * A topic on one broker.
   *
   * @param records offsets from the log's start to its end, transaction markers included
   * @param bytes on disk
   */
  public record Size(long records, long bytes) {}

  /** Topics by name, the broker's own too, that are not empty. */
  public Map<String, Size> sizes() throws InterruptedException, ExecutionException {
    Map<TopicPartition, Long> starts = offsets(OffsetSpec.earliest());
    Map<TopicPartition, Long> ends = offsets(OffsetSpec.latest());
    Map<String, Long> bytes = bytes();
    Map<String, Size> sizes = new TreeMap<>();
    sum(ends)
        .forEach(
            (topic, end) -> {
              long records = end - sum(starts).getOrDefault(topic, 0L);
              sizes.put(topic, new Size(records, bytes.getOrDefault(topic, 0L)));
            });
    return sizes;
  }

  /** Where each topic ends, summed over its partitions. */
  public Map<String, Long> ends() throws InterruptedException, ExecutionException {
    return sum(offsets(OffsetSpec.latest()));
  }

  public void create(List<String> topics, int partitions)
      throws InterruptedException, ExecutionException {
    admin
        .createTopics(
            topics.stream().map(name -> new NewTopic(name, partitions, (short) 1)).toList())
        .all()
        .get();
  }

  /**
   * Waits until all requests that were published are {@link #takenIn}.
   *
   * @throws IllegalStateException when they are not in time
   */
  public void awaitTakenIn(long published, Duration atMost)
      throws InterruptedException, ExecutionException {
    long giveUp = System.nanoTime() + atMost.toNanos();
    while (!takenIn(published)) {
      if (System.nanoTime() > giveUp) {
        throw new IllegalStateException("not all requests were taken in after " + atMost);
      }
      Thread.sleep(POLL);
    }
  }

  /**
   * Whether the worker has committed all requests that were published, and has them in its stores.
   */
  public boolean takenIn(long published) throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
    long requests = 0;
    for (Map.Entry<TopicPartition, OffsetAndMetadata> each : committed.entrySet()) {
      if (each.getKey().topic().equals(Load.REQUESTS)) {
        requests += each.getValue().offset();
      }
    }
    if (requests < published) {
      return false;
    }
    for (Map.Entry<TopicPartition, Long> end : offsets(OffsetSpec.latest()).entrySet()) {
      if (ON_THE_WAY.contains(end.getKey().topic())) {
        OffsetAndMetadata position = committed.get(end.getKey());
        long read = position == null ? 0 : position.offset();
        if (end.getValue() - read > MARKER) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public void close() {
    admin.close();
  }

  private Map<TopicPartition, Long> offsets(OffsetSpec spec)
      throws InterruptedException, ExecutionException {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    var names = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
    admin
        .describeTopics(names)
        .allTopicNames()
        .get()
        .forEach(
            (name, topic) ->
                topic
                    .partitions()
                    .forEach(p -> wanted.put(new TopicPartition(name, p.partition()), spec)));
    Map<TopicPartition, Long> offsets = new HashMap<>();
    admin
        .listOffsets(wanted)
        .all()
        .get()
        .forEach((partition, found) -> offsets.put(partition, found.offset()));
    return offsets;
  }

  private Map<String, Long> bytes() throws InterruptedException, ExecutionException {
    Map<String, Long> bytes = new HashMap<>();
    admin
        .describeLogDirs(List.of(0))
        .allDescriptions()
        .get()
        .forEach(
            (broker, directories) ->
                directories
                    .values()
                    .forEach(
                        directory ->
                            directory
                                .replicaInfos()
                                .forEach(
                                    (partition, replica) ->
                                        bytes.merge(
                                            partition.topic(), replica.size(), Long::sum))));
    return bytes;
  }

  private static Map<String, Long> sum(Map<TopicPartition, Long> offsets) {
    Map<String, Long> sums = new TreeMap<>();
    offsets.forEach((partition, offset) -> sums.merge(partition.topic(), offset, Long::sum));
    return sums;
  }
}
