package dev.explanations.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.settings.Settings.Credentials;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest extends SettingsFixture {

  @Test
  void load_usesDefaults_whenOnlyTheKeyIsSet() {
    Settings settings = load();

    assertThat(settings)
        .isEqualTo(
            new Settings(
                Settings.Environment.DEVELOPMENT,
                new Settings.Kafka("localhost:9092", Map.of()),
                new Settings.Topics(
                    "explanations.requests",
                    "explanations.results",
                    "explanations.retries",
                    "explanations.dead-letters",
                    "explanations.outcomes",
                    "explanations.control",
                    12,
                    (short) -1),
                new Settings.Streams(
                    "explanation-worker",
                    Runtime.getRuntime().availableProcessors(),
                    Path.of("state"),
                    null,
                    false,
                    Duration.ofSeconds(70)),
                new Settings.Gemini(
                    new Credentials.DeveloperApi(new Secret("k-1")),
                    null,
                    "v1beta",
                    Settings.Proxies.NONE,
                    "gemini-3.5-flash-lite",
                    List.of(),
                    Duration.ofSeconds(60),
                    null,
                    64,
                    0,
                    0),
                new Settings.Policy(null, null, null),
                new Settings.Budget(Usd.ZERO, Usd.ZERO, ZoneId.of("UTC")),
                new Settings.Redis(
                    false, "localhost", 6379, 0, null, null, false, null, Duration.ofMillis(100)),
                new Settings.Cache(Duration.ofHours(1), Duration.ofMinutes(5), 1_000_000),
                new Settings.CircuitBreaker(true, 5, Duration.ofSeconds(60), 2),
                new Settings.Requests(
                    6,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(15),
                    1_000_000,
                    65_536),
                new Settings.Redrive(3),
                new Settings.Http("127.0.0.1", 8080, null, null, null),
                new Settings.Tracing(false, "http://localhost:4318")));
  }

  @Test
  void load_takesEveryPart_whenSet() {
    Settings settings =
        load(
            "KAFKA_BOOTSTRAP_SERVERS", "a:9092, [::1]:9093",
            "STREAM_THREADS", "3",
            "STATE_DIR", "/var/lib/worker",
            "INSTANCE_ID", "worker-0",
            "LEAVE_ON_STOP", "TRUE",
            "REPLICATION_FACTOR", "3",
            "GEMINI_TIMEOUT", "20s",
            "GEMINI_FALLBACK_MODELS", "model-b, model-c",
            "REDIS_USERNAME", "u",
            "REDIS_PASSWORD", "p w",
            "MAX_REQUEST_BYTES", "128kB",
            "REDRIVE_MAX_REPLAYS", "7",
            "HTTP_HOST", "0.0.0.0",
            "HTTP_PORT", "0",
            "HTTP_ADVERTISED", "worker-0.example:8443",
            "CONTROL_TOKEN", "t-1");

    assertThat(settings.kafka().bootstrapServers()).isEqualTo("a:9092, [::1]:9093");
    assertThat(settings.streams())
        .isEqualTo(
            new Settings.Streams(
                "explanation-worker",
                3,
                Path.of("/var/lib/worker"),
                "worker-0",
                true,
                Duration.ofSeconds(30)));
    assertThat(settings.topics().replicationFactor()).isEqualTo((short) 3);
    assertThat(settings.gemini().fallbackModels()).containsExactly("model-b", "model-c");
    assertThat(settings.redis().username()).isEqualTo("u");
    assertThat(settings.redis().password()).isEqualTo(new Secret("p w"));
    assertThat(settings.requests().maxBytes()).isEqualTo(131_072);
    assertThat(settings.redrive().maxReplays()).isEqualTo(7);
    assertThat(settings.http())
        .isEqualTo(
            new Settings.Http(
                "0.0.0.0",
                0,
                new Settings.Token(new Secret("t-1"), null),
                null,
                URI.create("http://worker-0.example:8443")));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.7:8080,http://10.0.0.7:8080",
    "[fd00::7]:8080,http://[fd00::7]:8080",
    "http://w:80,http://w:80",
    "https://w-0.workers.svc:443,https://w-0.workers.svc:443"
  })
  void load_readsTheAdvertisedAddress(String text, String expected) {
    assertThat(load("HTTP_ADVERTISED", text).http().advertised()).isEqualTo(URI.create(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "w",
        "http://w",
        "w:0",
        "w:65536",
        "w:x",
        ":80",
        "w:80/",
        "http://w:80/x",
        "ftp://w:80",
        "HTTP://w:80",
        "u@w:80",
        "w:80?q",
        "w:80#f",
        "fd00::7:80",
        "a b:80",
        "w_1:80",
        "://w:80"
      })
  void load_refusesWhatIsNoAddress(String text) {
    assertThat(problems("HTTP_ADVERTISED", text))
        .singleElement()
        .asString()
        .contains("must be host:port, or http:// or https:// and host:port");
  }

  @ParameterizedTest
  @CsvSource({"500ms,PT0.5S", "60s,PT60S", "15m,PT15M", "1h,PT1H", "7d,PT168H", "90,PT90S"})
  void load_readsDurations(String text, Duration expected) {
    assertThat(load("CACHE_TTL", text).cache().ttl()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5s", "-1s", "s", "1 h", "1w", "0", "999999999999d", "366d"})
  void load_refusesDuration(String text) {
    assertThat(problems("CACHE_TTL", text))
        .singleElement()
        .asString()
        .startsWith("CACHE_TTL=" + text + ": must be a duration such as 500ms")
        .endsWith("from 10ms to 365d");
  }

  @ParameterizedTest
  @CsvSource({"2048,2048", "2048B,2048", "2kB,2048", "64KB,65536", "768kB,786432"})
  void load_readsSizes(String text, int expected) {
    assertThat(load("MAX_REQUEST_BYTES", text).requests().maxBytes()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1MB", "901kB", "1", "64 kB", "lots", "999999999999MB"})
  void load_refusesSize(String text) {
    assertThat(problems("MAX_REQUEST_BYTES", text))
        .singleElement()
        .asString()
        .contains("MAX_REQUEST_BYTES=" + text, "64kB", "to 786432 bytes");
  }

  @Test
  void load_refusesTheInstanceId_thatIsASubjectOfTheControlTopic() {
    assertThat(problems("INSTANCE_ID", "paused")).singleElement().asString().contains("'paused'");
    assertThat(load("INSTANCE_ID", "paused-1").streams().instanceId()).isEqualTo("paused-1");
  }

  /** Also of features that are off: Redis and Vertex AI are, here. */
  @ParameterizedTest
  @MethodSource("everySetting")
  void load_refusesUnusableValueOf(String name) {
    assertThat(problems(name, "a\0b"))
        .anySatisfy(problem -> assertThat(problem).startsWith(name).contains("must be "));
  }

  @Test
  void load_reportsAllProblemsAtOnce() {
    assertThat(problems("HTTP_PORT", "x", "REDIS_DB", "-1", "LEAVE_ON_STOP", "maybe"))
        .containsExactlyInAnyOrder(
            "HTTP_PORT=x: must be a whole number from 0 to 65535",
            "REDIS_DB=-1: must be a whole number from 0 to 1000000",
            "LEAVE_ON_STOP=maybe: must be true or false");
  }

  @Test
  void load_reportsEachBadValueOnce() {
    assertThat(problems("TOPIC_RESULTS", "no spaces", "GEMINI_TIMEOUT", "soon")).hasSize(2);
  }

  @Test
  void load_refusesReplicationFactorZero() {
    assertThat(problems("REPLICATION_FACTOR", "0"))
        .singleElement()
        .asString()
        .contains("-1 (the broker's default) or a whole number from 1 to 100");
  }

  @Test
  void load_refusesUrlThatCarriesCredentials() {
    for (String url :
        List.of(
            "https://user:pass@example.org",
            "https://user:p/@ass@example.org/?key=pass",
            "https://example.org#pass")) {
      assertThat(problems("GOOGLE_GEMINI_BASE_URL", url))
          .singleElement()
          .asString()
          .contains("GOOGLE_GEMINI_BASE_URL=https://", "******")
          .doesNotContain("pass", "ass@");
    }
  }

  @Test
  void load_namesBothSettings_whenTheyContradict() {
    assertThat(problems("RETRY_BACKOFF", "2m"))
        .containsExactly("RETRY_BACKOFF=2m: must be at most RETRY_BACKOFF_MAX (1m)");
    assertThat(problems("TOPIC_RETRIES", "t", "TOPIC_OUTCOMES", "t"))
        .containsExactly("TOPIC_RETRIES and TOPIC_OUTCOMES are both t: must be different topics");
    assertThat(problems("GEMINI_FALLBACK_MODELS", "b,gemini-3.5-flash-lite"))
        .singleElement()
        .asString()
        .contains("GEMINI_FALLBACK_MODELS", "GEMINI_MODEL");
    assertThat(problems("REDIS_USERNAME", "u"))
        .singleElement()
        .asString()
        .contains("REDIS_USERNAME", "REDIS_PASSWORD");
  }

  @Test
  void load_makesProductionStricter() {
    Settings settings = load("ENVIRONMENT", "production");

    assertThat(settings.environment()).isEqualTo(Settings.Environment.PRODUCTION);
    assertThat(settings.circuitBreaker().failureThreshold()).isEqualTo(3);
    assertThat(settings.circuitBreaker().timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.redis().enabled()).isFalse();
    assertThat(problems("ENVIRONMENT", "production", "REDIS_ENABLED", "true"))
        .singleElement()
        .asString()
        .contains("REDIS_PASSWORD", "REDIS_ENABLED", "ENVIRONMENT");
    assertThat(
            load("ENVIRONMENT", "production", "CIRCUIT_BREAKER_FAILURE_THRESHOLD", "5")
                .circuitBreaker()
                .failureThreshold())
        .isEqualTo(5);
  }

  @Test
  void load_ignoresServiceLinksOfKubernetes() {
    SettingsLoader.Loaded loaded =
        SettingsLoader.loadAll(
            with(
                "REDIS_PORT", "tcp://10.0.0.1:6379",
                "HTTP_PORT", "tcp://10.0.0.2:80",
                "KAFKA_PORT", "tcp://10.0.0.3:9092"));

    assertThat(loaded.settings().redis().port()).isEqualTo(6379);
    assertThat(loaded.settings().http().port()).isEqualTo(8080);
    assertThat(loaded.ignored()).isEmpty();
  }

  @Test
  void load_takesBlankForUnset() {
    assertThat(load("REDIS_PASSWORD", "", "GEMINI_MODEL", " ").gemini().model())
        .isEqualTo("gemini-3.5-flash-lite");
  }

  @ParameterizedTest
  @ValueSource(strings = {"at_least_once", "exactly_once_v2", "maybe"})
  void processingGuarantee_isRefused_whateverItSays(String text) {
    assertThat(problems("PROCESSING_GUARANTEE", text, "HTTP_PORT", "x"))
        .hasSize(2)
        .contains(
            "PROCESSING_GUARANTEE=%s: must not be set (removed: the worker is exactly-once, always)"
                .formatted(text));
  }

  @Test
  void logging_normalises_andReplacesWhatIsBad() {
    assertThat(SettingsLoader.logging(Map.of("ENVIRONMENT", "Production", "LOG_LEVEL", "loud")))
        .isEqualTo(Map.of("ENVIRONMENT", "production", "LOG_LEVEL", "info"));
  }
}
