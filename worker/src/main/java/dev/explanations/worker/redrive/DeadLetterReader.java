package dev.explanations.worker.redrive;

import dev.explanations.worker.contract.RequestDecoder;
import dev.explanations.worker.kafka.ClientProperties;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/** A look at the newest dead letters, in bounded time and memory. Safe for many threads. */
public final class DeadLetterReader {

  public static final int DEFAULT_LIMIT = 50;
  public static final int MAX_LIMIT = 500;

  private static final Duration POLL = Duration.ofMillis(100);

  private static final Comparator<DeadLetter> OLDEST_FIRST =
      Comparator.comparing(DeadLetter::timestamp)
          .thenComparingInt(DeadLetter::partition)
          .thenComparingLong(DeadLetter::offset);

  private final ClientProperties properties;
  private final String topic;
  private final Duration atMost;
  private final RequestDecoder decoder = new RequestDecoder();

  /**
   * @param atMost how long a look may take
   */
  public DeadLetterReader(ClientProperties properties, String topic, Duration atMost) {
    this.properties = properties;
    this.topic = topic;
    this.atMost = atMost;
  }

  /**
   * The newest of all partitions; none if there is no such topic. Blocks.
   *
   * @param limit at most {@link #MAX_LIMIT}
   * @throws IllegalArgumentException if the limit is not allowed
   * @throws org.apache.kafka.common.KafkaException if Kafka fails, or does not answer in time
   */
  public DeadLetters newest(int limit) throws InterruptedException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("the limit must be from 1 to " + MAX_LIMIT);
    }
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties.reader("dead-letters"))) {
      return interruptibly(consumer, limit);
    }
  }

  private DeadLetters interruptibly(Consumer<byte[], byte[]> consumer, int limit)
      throws InterruptedException {
    try {
      return read(consumer, limit);
    } catch (InterruptException e) {
      throw Interruption.of(e);
    }
  }

  private DeadLetters read(Consumer<byte[], byte[]> consumer, int limit) {
    Deadline deadline = Deadline.in(atMost);
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic, deadline.left()).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, deadline.left());
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, deadline.left());
    Map<Integer, Long> counts = new HashMap<>();
    beginnings.forEach(
        (partition, beginning) -> {
          long end = ends.getOrDefault(partition, beginning);
          counts.put(partition.partition(), end - beginning);
          // each transaction adds a mark to one record or more
          consumer.seek(partition, Math.max(beginning, end - 2L * limit));
        });
    Queue<DeadLetter> newest = new PriorityQueue<>(OLDEST_FIRST);
    boolean complete = isAtEnd(consumer, ends);
    while (!complete && !deadline.passed()) {
      for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(POLL)) {
        newest.add(DeadLetter.of(letter, decoder));
        if (newest.size() > limit) {
          newest.remove();
        }
      }
      complete = isAtEnd(consumer, ends);
    }
    return new DeadLetters(
        newest.stream().sorted(OLDEST_FIRST.reversed()).toList(), counts, complete);
  }

  private static boolean isAtEnd(Consumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream().allMatch(e -> consumer.position(e.getKey()) >= e.getValue());
  }

  private record Deadline(long nanos) {
    static Deadline in(Duration time) {
      return new Deadline(System.nanoTime() + time.toNanos());
    }

    Duration left() {
      return Duration.ofNanos(Math.max(1, nanos - System.nanoTime()));
    }

    boolean passed() {
      return System.nanoTime() - nanos >= 0;
    }
  }
}
