package dev.explanations.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** A worker that owns 10 of 1,000 partitions asks the broker about those. */
final class OwnedPartitionsTest {

  private static final int FIRST = 990;
  private static final int LAST = 999;

  private final RecordingAdmin recorder = new RecordingAdmin();
  private final Set<TopicPartition> requests = partitions("requests");
  private final Set<TopicPartition> outcomes = partitions("outcomes");
  private volatile Set<TopicPartition> owned = Set.of();

  private static Set<TopicPartition> partitions(String topic) {
    Set<TopicPartition> partitions = new HashSet<>();
    for (int i = FIRST; i <= LAST; i++) {
      partitions.add(new TopicPartition(topic, i));
    }
    return partitions;
  }

  private Set<TopicPartition> both() {
    Set<TopicPartition> both = new HashSet<>(requests);
    both.addAll(outcomes);
    return both;
  }

  @Test
  void lag_isOfThePartitionsThatTheWorkerOwns() {
    try (GroupLag lag = new GroupLag("app", () -> owned, Clock.systemUTC())) {
      lag.start(recorder.admin());
      await().until(() -> lag.byTopic() != null);
      assertThat(lag.byTopic()).isEqualTo(Map.of());
      assertThat(recorder.askedOf("listConsumerGroupOffsets")).isEmpty();

      owned = both();

      await()
          .untilAsserted(
              () -> assertThat(lag.byTopic()).isEqualTo(Map.of("requests", 20L, "outcomes", 20L)));
    }
    assertThat(recorder.askedOf("listConsumerGroupOffsets")).isEqualTo(both());
    assertThat(recorder.askedOf("listOffsets")).isEqualTo(both());
  }

  @Test
  void purger_deletesFromTheQueuesOfThePartitionsThatTheWorkerOwns() {
    owned = both();
    try (ConsumedRecordsPurger purger =
        new ConsumedRecordsPurger(recorder.admin(), "app", Set.of("outcomes"), () -> owned)) {
      purger.start(Duration.ofMillis(1));

      await().untilAsserted(() -> assertThat(recorder.askedOf("deleteRecords")).isNotEmpty());
    }
    assertThat(recorder.askedOf("listConsumerGroupOffsets")).isEqualTo(outcomes);
    assertThat(recorder.askedOf("deleteRecords")).isEqualTo(outcomes);
  }
}
