package dev.explanations.lab.submit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.acl.NotAllowed;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads committed results on a thread of its own and notes each in the ledger, from the end of the
 * topic as it was when {@link #follow} returned: whatever is published afterwards is seen.
 */
public final class ResultFollower implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);

  /** For what is asked of Kafka before the following begins. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String topic;
  private final Ledger ledger;
  private final ResultListener listener;
  private final ObjectMapper json = new ObjectMapper();
  private final Thread thread;
  private volatile @Nullable RuntimeException failure;

  private ResultFollower(
      KafkaConsumer<byte[], byte[]> consumer,
      String topic,
      Ledger ledger,
      ResultListener listener) {
    this.consumer = consumer;
    this.topic = topic;
    this.ledger = ledger;
    this.listener = listener;
    this.thread = Thread.ofPlatform().name("result-follower").daemon().unstarted(this::run);
  }

  /**
   * Connects and notes where the topic ends.
   *
   * @param topicTimeout how long to wait for the topic, which the worker may be about to create
   * @param clientProperties of the consumer, for instance for security
   * @throws IllegalStateException when Kafka cannot be reached or the topic does not exist
   */
  public static ResultFollower follow(
      String bootstrapServers,
      String topic,
      Ledger ledger,
      ResultListener listener,
      Duration topicTimeout,
      Map<String, String> clientProperties) {
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    try {
      List<TopicPartition> partitions = partitions(consumer, topic, topicTimeout);
      consumer.assign(partitions);
      consumer.endOffsets(partitions, REQUEST_TIMEOUT).forEach(consumer::seek);
    } catch (TimeoutException e) {
      consumer.close();
      throw new IllegalStateException("cannot reach Kafka on " + bootstrapServers, e);
    } catch (AuthorizationException e) {
      consumer.close();
      throw new IllegalStateException(message(e, topic), e);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    ResultFollower follower = new ResultFollower(consumer, topic, ledger, listener);
    follower.thread.start();
    return follower;
  }

  /**
   * Throws what ended the following, if it has ended.
   *
   * @throws IllegalStateException when results are no longer read
   */
  public void check() {
    RuntimeException cause = failure;
    if (cause != null) {
      throw new IllegalStateException(
          "results are no longer read: " + message(cause, topic), cause);
    }
  }

  private static String message(RuntimeException failure, String topic) {
    return NotAllowed.message(failure, AclOperation.READ, List.of(topic));
  }

  /** Stops reading and disconnects. */
  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<?, ?> consumer, String topic, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    do {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, REQUEST_TIMEOUT).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      if (!partitions.isEmpty()) {
        return partitions;
      }
    } while (System.nanoTime() < deadline);
    throw new IllegalStateException("there is no topic %s: a worker creates it".formatted(topic));
  }

  /** The only thread that uses the consumer after {@link #follow}, wakeup excepted. */
  private void run() {
    try (consumer) {
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          arrived(record, System.nanoTime());
        }
      }
    } catch (WakeupException e) {
      // close() ends the loop
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void arrived(ConsumerRecord<byte[], byte[]> record, long nanos) {
    JsonNode body;
    try {
      body = json.readTree(record.value());
    } catch (IOException e) {
      throw new IllegalStateException(
          "no JSON at offset %d of %s-%d"
              .formatted(record.offset(), record.topic(), record.partition()),
          e);
    }
    Result result = Result.of(body, nanos);
    listener.arrived(result, body);
    ledger.arrived(result);
  }
}
