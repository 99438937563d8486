package dev.explanations.worker.settings;

import static dev.explanations.worker.settings.SettingsFixture.load;
import static dev.explanations.worker.settings.SettingsFixture.problems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaPassThroughTest {
  @ParameterizedTest
  @CsvSource({
    "KAFKA_SECURITY_PROTOCOL,SSL,security.protocol",
    "KAFKA_SASL_MECHANISM,PLAIN,sasl.mechanism",
    "KAFKA_LINGER_MS,5,linger.ms",
    "KAFKA_MAX_POLL_RECORDS,10,max.poll.records",
    "KAFKA_COMMIT_INTERVAL_MS,25,commit.interval.ms",
    "KAFKA_RACK_AWARE_ASSIGNMENT_NON_OVERLAP_COST,1,rack.aware.assignment.non_overlap_cost",
    "KAFKA_MAIN_CONSUMER_FETCH_MIN_BYTES,2,main.consumer.fetch.min.bytes",
    "KAFKA_RESTORE_CONSUMER_FETCH_MIN_BYTES,2,restore.consumer.fetch.min.bytes",
    "KAFKA_CONSUMER_FETCH_MIN_BYTES,2,consumer.fetch.min.bytes",
    "KAFKA_PRODUCER_BATCH_SIZE,2,producer.batch.size",
    "KAFKA_ADMIN_RETRIES,2,admin.retries"
  })
  void load_passesThrough(String variable, String text, String property) {
    assertThat(load(variable, text).kafka().properties()).containsOnly(entry(property, text));
    assertThat(load(variable, text + " ").kafka().properties())
        .as("a file of settings keeps blanks at the end of a line")
        .containsOnly(entry(property, text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KAFKA_PROCESSING_GUARANTEE",
        "KAFKA_ISOLATION_LEVEL",
        "KAFKA_AUTO_OFFSET_RESET",
        "KAFKA_GROUP_PROTOCOL",
        "KAFKA_TRANSACTIONAL_ID",
        "KAFKA_ENABLE_IDEMPOTENCE",
        "KAFKA_CONSUMER_ISOLATION_LEVEL",
        "KAFKA_MAIN_CONSUMER_AUTO_OFFSET_RESET",
        "KAFKA_PRODUCER_ENABLE_IDEMPOTENCE",
        "KAFKA_STATE_DIR",
        "KAFKA_CONSUMER_BOOTSTRAP_SERVERS",
        "KAFKA_ACKS",
        "KAFKA_PRODUCER_ACKS",
        "KAFKA_PARTITIONER_CLASS",
        "KAFKA_PARTITIONER_IGNORE_KEYS",
        "KAFKA_PRODUCER_PARTITIONER_IGNORE_KEYS",
        "KAFKA_PROCESSING_EXCEPTION_HANDLER",
        "KAFKA_PRODUCTION_EXCEPTION_HANDLER",
        "KAFKA_DEFAULT_PRODUCTION_EXCEPTION_HANDLER",
        "KAFKA_DESERIALIZATION_EXCEPTION_HANDLER",
        "KAFKA_ENABLE_AUTO_COMMIT",
        "KAFKA_MAIN_CONSUMER_ENABLE_AUTO_COMMIT",
        "KAFKA_RETRIES",
        "KAFKA_PRODUCER_RETRIES",
        "KAFKA_MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION",
        "KAFKA_INTERCEPTOR_CLASSES",
        "KAFKA_MAX_REQUEST_SIZE",
        "KAFKA_VALUE_SERIALIZER",
        "KAFKA_PROCESSOR_WRAPPER_CLASS",
        "KAFKA_DEFAULT_CLIENT_SUPPLIER",
        "KAFKA_STATE_CLEANUP_DELAY_MS",
        "KAFKA_GROUP_ID"
      })
  void load_refuses(String variable) {
    assertThat(problems(variable, "x"))
        .singleElement()
        .asString()
        .startsWith(variable + ": must not be set (");
  }

  @Test
  void load_isDecidedForEveryProperty() {
    assertThat(
            Stream.of(
                    ConsumerConfig.configDef(),
                    ProducerConfig.configDef(),
                    AdminClientConfig.configDef(),
                    StreamsConfig.configDef())
                .flatMap(config -> config.names().stream())
                .filter(name -> !name.startsWith("internal.") && !name.startsWith("__")))
        .hasSizeGreaterThan(150)
        .allMatch(PassThroughRules::isDecided);
  }

  @Test
  void load_refusesBufferThatIsSmallerThanARecord() {
    assertThat(problems("KAFKA_PRODUCER_BUFFER_MEMORY", "1000000"))
        .containsExactly("KAFKA_PRODUCER_BUFFER_MEMORY=1000000: must be at least 4194304");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KAFKA_SECURITY_PROTCOL",
        "KAFKA_SSL_TRUSTSTORE",
        "KAFKA_SASL_JAAS_CONFG",
        "KAFKA_PRODUCER_SASL_MECHANIZM",
        "KAFKA_ADMIN_SECURITY_PROTOCOLS",
        "KAFKA_SASL_MECHANISM_FILE"
      })
  void load_refusesMisspeltSecurity_inProductionAlone(String variable) {
    Map<String, String> environment =
        new HashMap<>(Map.of("GOOGLE_API_KEY", "k", "CONTROL_TOKEN", "a-token-that-is-long"));
    environment.put(variable, "SSL");
    assertThat(SettingsLoader.loadAll(environment).ignored()).containsExactly(variable);

    environment.put("ENVIRONMENT", "production");

    assertThatExceptionOfType(InvalidSettingsException.class)
        .isThrownBy(() -> SettingsLoader.loadAll(environment))
        .satisfies(
            e ->
                assertThat(e.problems())
                    .singleElement()
                    .asString()
                    .startsWith(variable + ": means nothing to Kafka's clients"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KAFKA_SSL_SERVICE_HOST",
        "KAFKA_SSL_SERVICE_PORT_HTTPS",
        "KAFKA_SASL_PORT_9092_TCP_ADDR",
        "KAFKA_HEAP_OPTS"
      })
  void load_ignoresServiceLinks_inProductionToo(String variable) {
    SettingsLoader.Loaded loaded =
        SettingsLoader.loadAll(
            Map.of(
                "GOOGLE_API_KEY",
                "k",
                "CONTROL_TOKEN",
                "a-token-that-is-long",
                "ENVIRONMENT",
                "production",
                variable,
                "10.0.0.1"));

    assertThat(loaded.ignored()).containsExactly(variable);
  }

  @Test
  void load_ignoresUnknownNames_andListsThem() {
    SettingsLoader.Loaded loaded =
        SettingsLoader.loadAll(
            Map.of(
                "GOOGLE_API_KEY", "k",
                "KAFKA_VERSION", "4.3.1",
                "KAFKA_HOME", "/opt/kafka",
                "KAFKA_SERVICE_HOST", "10.0.0.1",
                "KAFKA_PORT_9092_TCP_ADDR", "10.0.0.1",
                "KAFKA_CLIENT_ID", "me"));

    assertThat(loaded.ignored())
        .containsExactly(
            "KAFKA_HOME", "KAFKA_PORT_9092_TCP_ADDR", "KAFKA_SERVICE_HOST", "KAFKA_VERSION");
    assertThat(loaded.settings().kafka().properties()).containsOnly(entry("client.id", "me"));
  }

  @ParameterizedTest
  @CsvSource({"KAFKA_SESSION_TIMEOUT_MS,soon", "KAFKA_SECURITY_PROTOCOL,TELEPATHY"})
  void load_refusesValueThatKafkaWouldRefuse(String variable, String text) {
    assertThat(problems(variable, text))
        .singleElement()
        .asString()
        .startsWith(variable + "=" + text + ": must be a value of type ");
  }

  @Test
  void load_readsSecretsFromFiles(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("p"), "hush\n");

    SettingsLoader.Loaded loaded =
        SettingsLoader.loadAll(
            Map.of("GOOGLE_API_KEY", "k", "KAFKA_SSL_KEYSTORE_PASSWORD_FILE", file.toString()));

    assertThat(loaded.settings().kafka().properties())
        .containsOnly(entry("ssl.keystore.password", "hush"));
    assertThat(loaded.summary()).containsEntry("ssl.keystore.password", "******");
    assertThat(loaded.ignored()).isEmpty();
  }

  @Test
  void load_refusesSecretThatIsSetTwice(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("p"), "hush\n");

    assertThat(
            problems(
                "KAFKA_SSL_KEYSTORE_PASSWORD",
                "x",
                "KAFKA_SSL_KEYSTORE_PASSWORD_FILE",
                file.toString()))
        .containsExactly(
            "KAFKA_SSL_KEYSTORE_PASSWORD and KAFKA_SSL_KEYSTORE_PASSWORD_FILE are both set:"
                + " only one of them is allowed");
  }
}
