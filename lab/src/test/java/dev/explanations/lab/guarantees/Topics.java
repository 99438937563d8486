package dev.explanations.lab.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What lies in topics, beside what the worker says about it. */
record Topics(String bootstrapServers, Admin admin) {

  /** The worker's topics, in this application named after it. */
  static final List<String> NAMES =
      List.of("requests", "results", "retries", "dead-letters", "outcomes", "control");

  private static final Duration POLL = Duration.ofMillis(100);

  /**
   * Every committed record of a topic, with its headers. Waits for transactions that are open: they
   * end partition by partition, so one whose result is visible may still be open here.
   */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = partitions(topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      // open transactions included; the consumer passes them when they have ended
      Map<TopicPartition, Long> ends = offsets(OffsetSpec.latest(), List.of(topic));
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      long deadline = System.nanoTime() + Rig.PATIENCE.toNanos();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        assertThat(System.nanoTime()).as("%s is read to %s", topic, ends).isLessThan(deadline);
        consumer.poll(POLL).forEach(records::add);
      }
      return records;
    }
  }

  /** Creates a topic, and returns when the broker knows it: that comes after the answer. */
  void create(NewTopic topic) {
    get(admin.createTopics(List.of(topic)).all());
    awaitKnown(topic.name(), true);
  }

  /** Deletes a topic, and returns when the broker has forgotten it: that comes after the answer. */
  void delete(String topic) {
    get(admin.deleteTopics(List.of(topic)).all());
    awaitKnown(topic, false);
  }

  private void awaitKnown(String topic, boolean known) {
    await((known ? "the broker knows " : "the broker has forgotten ") + topic)
        .atMost(Rig.PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> get(admin.listTopics().names()).contains(topic) == known);
  }

  List<TopicPartition> partitions(String topic) {
    return get(admin.describeTopics(List.of(topic)).topicNameValues().get(topic))
        .partitions()
        .stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  /** All topics whose names are accepted, by their number of partitions. */
  Map<String, Integer> partitionCounts(Predicate<String> name) {
    List<String> names = get(admin.listTopics().names()).stream().filter(name).toList();
    return get(admin.describeTopics(names).allTopicNames()).values().stream()
        .collect(Collectors.toMap(TopicDescription::name, topic -> topic.partitions().size()));
  }

  /** Offsets of every partition of these topics: where they begin, end, and so on. */
  Map<TopicPartition, Long> offsets(OffsetSpec which, List<String> topics) {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    topics.forEach(topic -> partitions(topic).forEach(p -> wanted.put(p, which)));
    return get(admin.listOffsets(wanted).all()).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> offset(e.getValue())));
  }

  private static long offset(ListOffsetsResultInfo info) {
    return info.offset();
  }

  /** What a group has committed. */
  Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, Long> committed = new HashMap<>();
    Map<TopicPartition, OffsetAndMetadata> offsets =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
    return committed;
  }

  /** The answer to a request to the cluster. */
  static <T> T get(KafkaFuture<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
