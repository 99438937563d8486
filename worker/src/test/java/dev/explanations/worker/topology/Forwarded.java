package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.store.TaskStores;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.test.TestRecord;

/** Takes what the topology has forwarded, and holds each record to the limits of its topic. */
final class Forwarded {

  /** As many as a retry record may bring, and the worker's own. */
  private static final int MOST_HEADERS = 200 + 16;

  private final Engine engine;
  private final Map<String, Integer> limits = new HashMap<>();

  /**
   * @param internal limit of the worker's own topics
   */
  Forwarded(Engine engine, TopicLimits limits, int internal) {
    this.engine = engine;
    this.limits.put(Engine.TOPICS.results(), limits.results());
    this.limits.put(Engine.TOPICS.deadLetters(), limits.deadLetters());
    this.limits.put(Engine.TOPICS.accepted(), internal);
    this.limits.put(Engine.TOPICS.retries(), internal);
    this.limits.putAll(TaskStores.largestRecords("test", internal, TopicLimits.leastForOutcomes()));
  }

  /** All since the last time, by topic. */
  Map<String, List<TestRecord<byte[], byte[]>>> take() {
    Map<String, List<TestRecord<byte[], byte[]>>> taken = new HashMap<>();
    for (String topic : engine.driver.producedTopicNames()) {
      List<TestRecord<byte[], byte[]>> records =
          engine
              .driver
              .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
              .readRecordsToList();
      records.forEach(
          record -> {
            assertThat(size(record)).as(topic).isLessThanOrEqualTo(limits.get(topic));
            assertThat(record.headers().toArray().length).isLessThanOrEqualTo(MOST_HEADERS);
          });
      taken.put(topic, new ArrayList<>(records));
    }
    return taken;
  }

  /** Kafka's own upper bound, which producers and brokers compare with the limit. */
  private static int size(TestRecord<byte[], byte[]> record) {
    return AbstractRecords.estimateSizeInBytesUpperBound(
        RecordBatch.CURRENT_MAGIC_VALUE,
        CompressionType.NONE,
        record.key(),
        record.value(),
        record.headers().toArray());
  }
}
