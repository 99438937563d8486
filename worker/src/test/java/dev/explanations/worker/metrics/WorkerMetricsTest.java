package dev.explanations.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerMetricsTest {

  private static boolean isNoise(String name, String... tags) {
    return WorkerMetrics.isNoise(new Meter.Id(name, Tags.of(tags), null, null, Meter.Type.GAUGE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka.consumer.fetch.manager.records.lag",
        "kafka.consumer.fetch.manager.records.lag.max"
      })
  void lagOfAPartition_isKept(String name) {
    assertThat(isNoise(name, "topic", "t", "partition", "0")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka.consumer.fetch.manager.records.lag.avg",
        "kafka.consumer.fetch.manager.records.lead",
        "kafka.consumer.fetch.manager.fetch.size.avg"
      })
  void othersOfTopicsAndPartitions_areLeftOut(String name) {
    assertThat(isNoise(name, "topic", "t")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"kafka.producer.io.ratio", "kafka.consumer.failed.reauthentication.total"})
  void thoseOfSockets_areLeftOut(String name) {
    assertThat(isNoise(name, "client.id", "c")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka.stream.task.process.rate", "kafka.stream.state.put.rate"})
  void thoseOfTasksAndStores_areLeftOut(String name) {
    assertThat(isNoise(name, "task.id", "0_0")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka.stream.thread.process.rate",
        "kafka.consumer.fetch.manager.records.consumed.rate",
        "jvm.memory.used"
      })
  void thoseOfThreadsAndClients_areKept(String name) {
    assertThat(isNoise(name, "client.id", "c")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"explanation.lag", "explanation.outcomes.sent"})
  void ours_areKept(String name) {
    assertThat(isNoise(name, "topic", "t")).isFalse();
  }
}
