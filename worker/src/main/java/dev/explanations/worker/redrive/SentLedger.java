package dev.explanations.worker.redrive;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;

/**
 * Topic in which each job records a letter in the transaction that sends it back. The key is the
 * dead letter's identity, the id of its topic included: in a topic that was deleted and created
 * again offsets begin anew. The value is the job's id; a null value takes an entry back.
 *
 * @param topic the ledger's name
 * @param deadLetters the id of the dead letters' topic
 */
record SentLedger(String topic, Uuid deadLetters) {

  /**
   * Nothing expires by age: an entry must outlive its dead letter, whatever that topic's retention.
   * Jobs delete obsolete entries, which a topic that is only compacted would refuse.
   */
  static final Map<String, String> CONFIG =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_COMPACT + "," + TopicConfig.CLEANUP_POLICY_DELETE,
          TopicConfig.RETENTION_MS_CONFIG,
          "-1",
          TopicConfig.RETENTION_BYTES_CONFIG,
          "-1",
          TopicConfig.SEGMENT_BYTES_CONFIG,
          Integer.toString(16 * 1024 * 1024));

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Pattern KEY = Pattern.compile("([^/]+)/(\\d{1,9})/(\\d{1,18})");

  /**
   * @param obsolete below these offsets of the ledger there are only entries of dead letters that
   *     exist no longer
   */
  record Content(SentOffsets sent, Map<TopicPartition, Long> obsolete) {}

  ProducerRecord<byte[], byte[]> entry(String jobId, int partition, long offset) {
    String key = deadLetters + "/" + partition + "/" + offset;
    return new ProducerRecord<>(
        topic, key.getBytes(StandardCharsets.UTF_8), jobId.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads the ledger to its end; leaves the consumer assigned to its partitions.
   *
   * @param beginnings first offsets of the dead letters' partitions
   */
  Content read(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> beginnings) {
    Map<Integer, Long> firstLetters = new HashMap<>();
    beginnings.forEach((partition, offset) -> firstLetters.put(partition.partition(), offset));
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    SentOffsets sent = new SentOffsets();
    Map<TopicPartition, Long> needed = new HashMap<>();
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
      for (ConsumerRecord<byte[], byte[]> entry : consumer.poll(POLL)) {
        if (read(entry, firstLetters, sent)) {
          needed.putIfAbsent(new TopicPartition(topic, entry.partition()), entry.offset());
        }
      }
    }
    Map<TopicPartition, Long> obsolete = new HashMap<>(ends);
    obsolete.putAll(needed);
    obsolete.values().removeIf(offset -> offset == 0);
    return new Content(sent, obsolete);
  }

  /** Whether the entry is needed. */
  private boolean read(
      ConsumerRecord<byte[], byte[]> entry, Map<Integer, Long> firstLetters, SentOffsets sent) {
    if (entry.key() == null) {
      return false;
    }
    Matcher key = KEY.matcher(new String(entry.key(), StandardCharsets.UTF_8));
    if (!key.matches()) {
      return false;
    }
    if (!key.group(1).equals(deadLetters.toString())) {
      // belongs to another dead-letter topic, which may be configured again: keep
      return true;
    }
    int partition = Integer.parseInt(key.group(2));
    long offset = Long.parseLong(key.group(3));
    if (offset < firstLetters.getOrDefault(partition, 0L)) {
      return false;
    }
    if (entry.value() == null) {
      sent.remove(partition, offset);
      return false;
    }
    sent.add(partition, offset);
    return true;
  }
}
