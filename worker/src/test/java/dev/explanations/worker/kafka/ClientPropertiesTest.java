package dev.explanations.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import dev.explanations.worker.store.TaskStores;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

/** As the clients see it, after Kafka Streams has sorted prefixed and other names. */
class ClientPropertiesTest {

  @Test
  void streams_hasItsOwnDefaults_whenNothingIsPassedThrough() {
    StreamsConfig streams = streams(Map.of());

    assertThat(streams.getMainConsumerConfigs("group", "client", 1))
        .containsEntry("session.timeout.ms", "15000")
        .containsEntry("heartbeat.interval.ms", "3000")
        .containsEntry("group.instance.id", "w1-1");
    assertThat(streams.getProducerConfigs("client")).containsEntry("linger.ms", "0");
  }

  @Test
  void streams_prefersWhatIsPassedThrough() {
    StreamsConfig streams =
        streams(
            Map.of(
                "KAFKA_SESSION_TIMEOUT_MS", "60000",
                "KAFKA_HEARTBEAT_INTERVAL_MS", "1000",
                "KAFKA_METADATA_MAX_AGE_MS", "5000",
                "KAFKA_LINGER_MS", "7",
                "KAFKA_MAX_BLOCK_MS", "90000"));

    assertThat(streams.getMainConsumerConfigs("group", "client", 1))
        .containsEntry("session.timeout.ms", "60000")
        .containsEntry("heartbeat.interval.ms", "1000")
        .containsEntry("metadata.max.age.ms", "5000");
    assertThat(streams.getAdminConfigs("client")).containsEntry("metadata.max.age.ms", "5000");
    assertThat(streams.getProducerConfigs("client"))
        .containsEntry("linger.ms", "7")
        .containsEntry("max.block.ms", "90000");
  }

  @Test
  void streams_givesUpStateOnDiskBeforeItsTombstonesAreGone() {
    StreamsConfig streams = streams(Map.of("KAFKA_STATE_CLEANUP_DELAY_MS", "86400000"));
    long halfOfThat = TaskStores.TOMBSTONES_KEPT.dividedBy(2).toMillis();

    assertThat(2 * streams.getLong(StreamsConfig.STATE_CLEANUP_DELAY_MS_CONFIG))
        .isLessThanOrEqualTo(halfOfThat);
    assertThat(streams.getLong(StreamsConfig.STATE_CLEANUP_DIR_MAX_AGE_MS_CONFIG))
        .isPositive()
        .isLessThanOrEqualTo(halfOfThat);
  }

  private static StreamsConfig streams(Map<String, String> passedThrough) {
    Map<String, String> environment = new HashMap<>(passedThrough);
    environment.put("GOOGLE_API_KEY", "a-key");
    Settings settings = SettingsLoader.load(environment);
    return new StreamsConfig(
        new ClientProperties(settings.kafka(), settings.streams()).streams("w1"));
  }
}
