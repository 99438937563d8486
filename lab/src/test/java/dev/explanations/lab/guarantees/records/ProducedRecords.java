package dev.explanations.lab.guarantees.records;

import dev.explanations.lab.fixture.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Counts records at the broker as they come, committed or not. Offsets without a record are control
 * records: markers that end a transaction in a partition. Used by the test's thread.
 */
final class ProducedRecords implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(20);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Map<String, Long> data = new HashMap<>();
  private final Map<TopicPartition, Long> beginnings = new HashMap<>();

  /** From the present ends on. */
  ProducedRecords(Topics topics, List<String> names) {
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", topics.bootstrapServers(), "enable.auto.commit", false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    this.partitions = names.stream().flatMap(name -> topics.partitions(name).stream()).toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    restart();
  }

  /** Counts from here. */
  void restart() {
    data.clear();
    partitions.forEach(partition -> beginnings.put(partition, consumer.position(partition)));
  }

  /** Reads up to the present ends; before the worker deletes what it has consumed. */
  void read() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream()
        .anyMatch(it -> consumer.position(it.getKey()) < it.getValue())) {
      consumer.poll(POLL).forEach(record -> data.merge(record.topic(), 1L, Long::sum));
    }
  }

  /** Data records by topic. */
  Map<String, Long> data() {
    return new TreeMap<>(data);
  }

  /** Markers by topic. */
  Map<String, Long> markers() {
    Map<String, Long> markers = new TreeMap<>();
    for (TopicPartition partition : partitions) {
      long offsets = consumer.position(partition) - beginnings.getOrDefault(partition, 0L);
      markers.merge(partition.topic(), offsets, Long::sum);
    }
    data.forEach((topic, records) -> markers.merge(topic, -records, Long::sum));
    return markers;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
