package dev.explanations.lab.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.worker.acl.NotAllowed;
import dev.explanations.worker.store.ExplanationStore;
import dev.explanations.worker.store.StoredExplanation;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * Tells which of the wanted explanations a store holds, by reading its changelog. Used by one
 * thread.
 */
final class StoreWatch implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Set<String> wanted;
  private final Set<String> there = new HashSet<>();

  private StoreWatch(KafkaConsumer<byte[], byte[]> consumer, Set<String> wanted) {
    this.consumer = consumer;
    this.wanted = wanted;
  }

  /**
   * Reads the changelog up to its present end.
   *
   * @param reader properties of a consumer of committed records
   * @param wanted cache keys of the explanations to watch
   * @param earliestCall begin of the oldest call whose explanation counts; {@code null} is any.
   *     Only for what the changelog has by now: later entries are young enough, as the requests say
   * @throws IllegalStateException when no worker of that application has ever run
   */
  static StoreWatch start(
      Map<String, Object> reader,
      String applicationId,
      Set<String> wanted,
      @Nullable Instant earliestCall) {
    String topic = ExplanationStore.changelog(applicationId);
    KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(reader);
    try {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, REQUEST_TIMEOUT).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new IllegalStateException(
            "there is no topic %s: has a worker of this APPLICATION_ID been started?"
                .formatted(topic));
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      StoreWatch watch = new StoreWatch(consumer, wanted);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, REQUEST_TIMEOUT);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        watch.poll(POLL, earliestCall);
      }
      return watch;
    } catch (AuthorizationException e) {
      consumer.close();
      throw new IllegalStateException(NotAllowed.message(e, AclOperation.READ, List.of(topic)), e);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
  }

  /** Number of wanted explanations that the store holds. */
  int count() {
    return there.size();
  }

  /** Reads changes; without any, waits for them for at most {@code atMost}. */
  void poll(Duration atMost) {
    poll(atMost, null);
  }

  private void poll(Duration atMost, @Nullable Instant earliestCall) {
    Instant now = Instant.now();
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
      String cacheKey = new String(record.key(), UTF_8);
      if (wanted.contains(cacheKey)) {
        if (isGood(record.value(), now, earliestCall)) {
          there.add(cacheKey);
        } else {
          there.remove(cacheKey);
        }
      }
    }
  }

  private static boolean isGood(
      byte @Nullable [] value, Instant now, @Nullable Instant earliestCall) {
    return value != null
        && ExplanationStore.read(value)
            .filter(entry -> entry.explanation() != null)
            .map(StoredExplanation::validity)
            .filter(it -> it.expiresAt().isAfter(now) && it.isCalledSince(earliestCall))
            .isPresent();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
