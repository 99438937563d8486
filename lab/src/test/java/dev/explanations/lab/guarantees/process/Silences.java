package dev.explanations.lab.guarantees.process;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The longest time without a committed record, for each partition of a topic. Thread-safe. */
final class Silences implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<Integer, Long> last = new HashMap<>();
  private final Map<Integer, Long> longest = new HashMap<>();
  private final Thread thread = new Thread(this::read, "silences");

  private Silences(KafkaConsumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  static Silences watch(String bootstrapServers, String topic) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    Silences silences = new Silences(consumer);
    silences.thread.start();
    return silences;
  }

  /** Measures from now on. */
  synchronized void begin() {
    longest.clear();
    long now = System.nanoTime();
    last.replaceAll((partition, time) -> now);
  }

  /** By partition, silences that have not ended included. */
  synchronized Map<Integer, Duration> longest() {
    long now = System.nanoTime();
    last.keySet().forEach(partition -> heard(partition, now));
    return longest.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> Duration.ofNanos(e.getValue())));
  }

  private void read() {
    try {
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          heard(record.partition(), System.nanoTime());
        }
      }
    } catch (WakeupException e) {
      consumer.close();
    }
  }

  private synchronized void heard(int partition, long now) {
    Long before = last.put(partition, now);
    if (before != null) {
      longest.merge(partition, now - before, Math::max);
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
  }
}
