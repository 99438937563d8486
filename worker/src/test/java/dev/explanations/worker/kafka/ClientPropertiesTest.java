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
        .containsEntry("session.timeout.ms", "6000")
        .containsEntry("heartbeat.interval.ms", "1000")
        .containsEntry("group.instance.id", "w1-1");
  }

  @Test
  void streams_keepsTransactionsOpenForLongerThanARebalance() {
    assertThat(streams(Map.of()).getProducerConfigs("client"))
        .containsEntry("transaction.timeout.ms", "20000");
    assertThat(streams(Map.of("KAFKA_SESSION_TIMEOUT_MS", "45000")).getProducerConfigs("client"))
        .containsEntry("transaction.timeout.ms", "59000");
    assertThat(
            streams(Map.of("KAFKA_MAIN_CONSUMER_SESSION_TIMEOUT_MS", "60000"))
                .getProducerConfigs("client"))
        .containsEntry("transaction.timeout.ms", "74000");
    // a broker takes no more than 15 minutes
    assertThat(streams(Map.of("KAFKA_SESSION_TIMEOUT_MS", "1200000")).getProducerConfigs("client"))
        .containsEntry("transaction.timeout.ms", "900000");
    assertThat(
            streams(Map.of("KAFKA_TRANSACTION_TIMEOUT_MS", "30000")).getProducerConfigs("client"))
        .containsEntry("transaction.timeout.ms", "30000");
  }

  @Test
  void streams_letsRecordsLingerUntilTheCommit_andIsExactlyOnce() {
    StreamsConfig streams = streams(Map.of());

    String untilTheCommit = Long.toString(streams.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG));
    assertThat(streams.getProducerConfigs("client")).containsEntry("linger.ms", untilTheCommit);
    assertThat(streams.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))
        .isEqualTo(StreamsConfig.EXACTLY_ONCE_V2);
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
  void streams_tellsTheOthersOfThisWorker() {
    assertThat(streams(Map.of()).getString(StreamsConfig.APPLICATION_SERVER_CONFIG))
        .isEqualTo("w1:0");
  }

  @Test
  void streams_givesUpStateOnDiskBeforeItsTombstonesAreGone() {
    StreamsConfig streams = streams(Map.of());
    // the other half is for restoring
    long halfOfThat = TaskStores.tombstonesKept(0).dividedBy(2).toMillis();

    assertThat(2 * streams.getLong(StreamsConfig.STATE_CLEANUP_DELAY_MS_CONFIG))
        .isLessThanOrEqualTo(halfOfThat);
    assertThat(streams.getLong(StreamsConfig.STATE_CLEANUP_DIR_MAX_AGE_MS_CONFIG))
        .isPositive()
        .isLessThanOrEqualTo(halfOfThat);
  }

  @Test
  void controlConsumer_isInNoGroup_whateverIsPassedThrough() {
    Map<String, Object> consumer =
        clients(Map.of("KAFKA_SECURITY_PROTOCOL", "SSL")).controlConsumer();

    assertThat(consumer)
        .doesNotContainKey("group.id")
        .containsEntry("enable.auto.commit", "false")
        .containsEntry("auto.offset.reset", "none")
        .containsEntry("security.protocol", "SSL");
  }

  @Test
  void controlProducer_givesUpInTime_whateverIsPassedThrough() {
    Map<String, Object> producer =
        clients(
                Map.of(
                    "KAFKA_LINGER_MS", "7",
                    "KAFKA_MAX_BLOCK_MS", "90000",
                    "KAFKA_REQUEST_TIMEOUT_MS", "30000",
                    "KAFKA_DELIVERY_TIMEOUT_MS", "120000",
                    "KAFKA_SECURITY_PROTOCOL", "SSL"))
            .controlProducer();

    assertThat(producer)
        .containsEntry("acks", "all")
        .containsEntry("enable.idempotence", "true")
        .containsEntry("linger.ms", "0")
        .containsEntry("max.block.ms", "2000")
        .containsEntry("request.timeout.ms", "2000")
        .containsEntry("delivery.timeout.ms", "4000")
        .containsEntry("security.protocol", "SSL");
  }

  @Test
  void outcomesProducer_neverGivesUp_whateverIsPassedThrough() {
    Map<String, Object> producer =
        clients(Map.of("KAFKA_MAX_BLOCK_MS", "90000", "KAFKA_DELIVERY_TIMEOUT_MS", "120000"))
            .outcomesProducer();

    assertThat(producer)
        .containsEntry("max.block.ms", Integer.toString(Integer.MAX_VALUE))
        .containsEntry("delivery.timeout.ms", Integer.toString(Integer.MAX_VALUE));
  }

  private static StreamsConfig streams(Map<String, String> passedThrough) {
    return new StreamsConfig(clients(passedThrough).streams("w1", new Member.Named("w1")));
  }

  private static ClientProperties clients(Map<String, String> passedThrough) {
    Map<String, String> environment = new HashMap<>(passedThrough);
    environment.put("GOOGLE_API_KEY", "a-key");
    Settings settings = SettingsLoader.load(environment);
    return new ClientProperties(settings.kafka(), settings.streams());
  }
}
