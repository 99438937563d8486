package dev.explanations.worker.deadletters;

import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.kafka.ClientProperties;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** Reads the newest dead letters in bounded time and memory. Thread-safe. */
public final class DeadLetterReader {

  public static final int DEFAULT_LIMIT = 50;
  public static final int MAX_LIMIT = 500;

  private static final Duration POLL = Duration.ofMillis(100);

  private final ClientProperties properties;
  private final String topic;
  private final Duration atMost;
  private final RequestDecoder decoder = new RequestDecoder();

  /** A look takes {@code atMost} at the longest. */
  public DeadLetterReader(ClientProperties properties, String topic, Duration atMost) {
    this.properties = properties;
    this.topic = topic;
    this.atMost = atMost;
  }

  /**
   * The newest of all partitions; none if there is no such topic. Blocks.
   *
   * @param limit at most {@link #MAX_LIMIT}
   * @param reason only dead letters of this reason; {@code null}: of any
   * @throws IllegalArgumentException if the limit is not allowed
   * @throws org.apache.kafka.common.KafkaException if Kafka fails, or does not answer in time
   */
  public DeadLetters newest(int limit, @Nullable ErrorCode reason) throws InterruptedException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("the limit must be from 1 to " + MAX_LIMIT);
    }
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties.reader("dead-letters"))) {
      try {
        return read(consumer, limit, reason);
      } catch (InterruptException e) {
        throw interrupted(e);
      }
    }
  }

  private DeadLetters read(
      Consumer<byte[], byte[]> consumer, int limit, @Nullable ErrorCode reason) {
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
        (p, first) -> counts.put(p.partition(), ends.getOrDefault(p, first) - first));

    Newest newest = new Newest(limit, reason, decoder);
    Windows windows = new Windows(beginnings, ends, limit);
    boolean complete = true;
    // backwards, so that the newest have been seen when time is up
    while (complete && windows.next(newest::isFullOf)) {
      complete = read(consumer, windows, newest, deadline);
    }
    return new DeadLetters(newest.list(), counts, complete);
  }

  /** Whether the windows were read to their ends in time. */
  private static boolean read(
      Consumer<byte[], byte[]> consumer, Windows windows, Newest newest, Deadline deadline) {
    consumer.assign(windows.open());
    consumer.resume(windows.open());
    windows.open().forEach(partition -> consumer.seek(partition, windows.begin(partition)));
    while (!deadline.passed()) {
      List<TopicPartition> read =
          windows.open().stream().filter(p -> consumer.position(p) >= windows.end(p)).toList();
      if (read.size() == windows.open().size()) {
        return true;
      }
      consumer.pause(read);
      for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(POLL)) {
        if (letter.offset() < windows.end(new TopicPartition(letter.topic(), letter.partition()))) {
          newest.add(letter);
        }
      }
    }
    return false;
  }

  /**
   * Turns the exception by which Kafka's clients tell of an interrupt into Java's own. Clears the
   * thread's interrupt flag: with it set no client could be closed in order.
   */
  public static InterruptedException interrupted(InterruptException e) {
    Thread.interrupted();
    InterruptedException interrupted = new InterruptedException("interrupted");
    interrupted.initCause(e);
    return interrupted;
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
