package dev.explanations.lab.demo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Counts the records of the retry topic by reading them: offsets would count transaction markers
 * too. Ask every few seconds, or the worker may have deleted records that it has read. Used by one
 * thread.
 */
final class RetryTopic implements AutoCloseable {

  private static final String TOPIC = "explanations.retries";
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int MAX_POLLS = 20;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private long records;

  /** The worker must have created the topic. */
  RetryTopic(String bootstrapServers) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    partitions =
        consumer.partitionsFor(TOPIC).stream()
            .map(info -> new TopicPartition(TOPIC, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Records committed since the topic was created. Takes a second at most. */
  long records() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    for (int i = 0; i < MAX_POLLS && isBehind(ends); i++) {
      records += consumer.poll(POLL).count();
    }
    return records;
  }

  @Override
  public void close() {
    consumer.close();
  }

  private boolean isBehind(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
  }
}
