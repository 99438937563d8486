package dev.explanations.worker.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.api.MemoryBreakers;
import dev.explanations.worker.api.Streams;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.gemini.ModelHealth;
import dev.explanations.worker.http.JsonBodies;
import dev.explanations.worker.settings.Settings.Environment;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthReportTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Supplier<ServiceHealth> cache =
      () -> new ServiceHealth(Status.HEALTHY, Map.of("type", "redis", "connected", true));
  private final MemoryBreakers breakers = new MemoryBreakers("google_ai");
  private Supplier<Optional<ModelHealth.Trouble>> trouble = Optional::empty;
  private Supplier<StreamsView> streams = () -> Streams.view("RUNNING", 2, 0L, false);

  private HealthReport report() {
    return new HealthReport(
        Environment.DEVELOPMENT,
        Clock.fixed(NOW, ZoneOffset.UTC),
        new HealthReport.Sources(
            () -> cache.get(),
            breakers,
            "gemini-3.5-flash-lite",
            () -> trouble.get(),
            () -> streams.get()));
  }

  private Status status() {
    return report().make().status();
  }

  private JsonNode body() throws Exception {
    return JSON.readTree(JsonBodies.write(report().make().body()));
  }

  @Test
  void make_hasTheShapeOfTheContract() throws Exception {
    JsonNode expected =
        JSON.readTree(
            """
            {"status": "healthy", "timestamp": "2026-11-23T12:00:00Z", "environment": "development",
             "services": {
              "cache": {"status": "healthy", "type": "redis", "connected": true},
              "circuit_breakers": {"google_ai": {"name": "google_ai", "state": "closed",
                "failure_count": 0, "success_count": 0, "last_failure_time": null}},
              "google_ai": {"status": "healthy", "model": "gemini-3.5-flash-lite"},
              "kafka_streams": {"status": "healthy", "state": "RUNNING", "threads": 2, "lag": 0,
                "broker_connected": true, "pending": 0, "oldest_pending_seconds": null,
                "oldest_outcome_seconds": null}}}
            """);

    assertThat(body()).isEqualTo(expected);
  }

  @Test
  void make_isDegraded_whileABreakerIsOpen() throws Exception {
    breakers.put("google_ai:b", State.OPEN);

    assertThat(status()).isEqualTo(Status.DEGRADED);
    assertThat(body().at("/services/circuit_breakers/google_ai:b").toString())
        .isEqualTo(
            "{\"name\":\"google_ai:b\",\"state\":\"open\",\"failure_count\":5,"
                + "\"success_count\":0,\"last_failure_time\":\"2026-11-23T12:00:00Z\"}");
  }

  @Test
  void make_isDegraded_whileABreakerIsHeldOpen() throws Exception {
    breakers.open("google_ai");

    assertThat(status()).isEqualTo(Status.DEGRADED);
    assertThat(body().at("/services/circuit_breakers/google_ai/forced").asBoolean()).isTrue();
  }

  @Test
  void make_namesTheOtherStatesOfABreaker() throws Exception {
    breakers.put("google_ai", State.HALF_OPEN);
    assertThat(body().at("/services/circuit_breakers/google_ai/state").asText())
        .isEqualTo("half_open");
    breakers.put("google_ai", State.DISABLED);
    assertThat(body().at("/services/circuit_breakers/google_ai/state").asText())
        .isEqualTo("disabled");
    assertThat(status()).isEqualTo(Status.HEALTHY);
  }

  @Test
  void make_letsAMisconfigurationOutrankAnOpenBreaker() throws Exception {
    breakers.put("google_ai", State.OPEN);
    trouble(ErrorCode.MISCONFIGURED, "403 PERMISSION_DENIED: no such key");

    assertThat(status()).isEqualTo(Status.UNHEALTHY);
    assertThat(body().at("/services/google_ai/error").asText()).isEqualTo("misconfigured");
  }

  @Test
  void make_isDegradedByAUsedUpQuota_andNamesIt() throws Exception {
    trouble(ErrorCode.QUOTA_EXHAUSTED, "429 RESOURCE_EXHAUSTED (quota PerDay): no more today");

    assertThat(status()).isEqualTo(Status.DEGRADED);
    assertThat(body().at("/services/google_ai").toString())
        .isEqualTo(
            "{\"status\":\"degraded\",\"model\":\"gemini-3.5-flash-lite\",\"error\":\"quota_exhausted\",\"detail\":\"429"
                + " RESOURCE_EXHAUSTED (quota PerDay): no more today\"}");
  }

  private void trouble(ErrorCode code, String detail) {
    trouble = () -> Optional.of(new ModelHealth.Trouble(code, detail));
  }

  @ParameterizedTest
  @CsvSource({
    "RUNNING,1,HEALTHY",
    "RUNNING,0,UNHEALTHY",
    "CREATED,0,DEGRADED",
    "REBALANCING,2,DEGRADED",
    "PENDING_SHUTDOWN,2,DEGRADED",
    "NOT_RUNNING,0,UNHEALTHY",
    "PENDING_ERROR,1,UNHEALTHY",
    "ERROR,0,UNHEALTHY"
  })
  void make_judgesTheStream(String state, int threads, Status expected) {
    streams = () -> Streams.view(state, threads, null, false);

    assertThat(status()).isEqualTo(expected);
  }

  private String streamTrouble() throws Exception {
    return status() + " " + body().at("/services/kafka_streams/error").asText();
  }

  private static StreamsView stream(
      String state, Duration stateFor, boolean hasRun, boolean brokerAway) {
    return new StreamsView(
        state,
        stateFor,
        hasRun,
        2,
        12,
        brokerAway,
        false,
        null,
        false,
        new StreamsView.Queue(10, 10, null, null, 0),
        false);
  }

  @Test
  void make_letsTheBrokerOutrankAllElseOfTheStream() throws Exception {
    streams = () -> stream("RUNNING", Duration.ofHours(1), true, true);

    assertThat(streamTrouble()).isEqualTo("UNHEALTHY broker_unreachable");
  }

  @Test
  void make_isUnhealthy_whenTheClockWasSetBack() throws Exception {
    streams =
        () ->
            new StreamsView(
                "RUNNING",
                Duration.ZERO,
                true,
                2,
                12,
                false,
                true,
                0L,
                false,
                Streams.EMPTY,
                false);

    assertThat(streamTrouble()).isEqualTo("UNHEALTHY clock_set_back");
  }

  @Test
  void make_isDegraded_whenTheWorkerItselfFailedOverARecord() throws Exception {
    streams =
        () ->
            new StreamsView(
                "RUNNING",
                Duration.ZERO,
                true,
                2,
                12,
                false,
                false,
                0L,
                false,
                Streams.EMPTY,
                true);

    assertThat(streamTrouble()).isEqualTo("DEGRADED internal_error");
  }

  @Test
  void make_isDegraded_onlyByALongRebalance() throws Exception {
    streams = () -> stream("REBALANCING", Duration.ofSeconds(14), false, false);
    assertThat(streamTrouble()).isEqualTo("DEGRADED starting");
    streams = () -> stream("REBALANCING", Duration.ofSeconds(16), true, false);
    assertThat(streamTrouble()).isEqualTo("DEGRADED rebalancing");
    streams =
        () ->
            new StreamsView(
                "REBALANCING",
                Duration.ofSeconds(14),
                true,
                2,
                12,
                false,
                false,
                0L,
                false,
                Streams.EMPTY,
                false);
    assertThat(status()).isEqualTo(Status.HEALTHY);
  }

  @Test
  void make_isDegradedByAFullQueue_andByOutcomesThatDoNotArrive() throws Exception {
    Duration minute = Duration.ofMinutes(1);
    streams = () -> Streams.with(new StreamsView.Queue(9, 10, minute, Duration.ofSeconds(9), 0));
    assertThat(status()).isEqualTo(Status.HEALTHY);
    assertThat(body().at("/services/kafka_streams/oldest_pending_seconds").asDouble())
        .isEqualTo(60);
    streams = () -> Streams.with(new StreamsView.Queue(10, 10, minute, null, 0));
    assertThat(streamTrouble()).isEqualTo("DEGRADED overloaded");
    streams = () -> Streams.with(new StreamsView.Queue(10, 10, minute, Duration.ofSeconds(11), 0));
    assertThat(streamTrouble()).isEqualTo("DEGRADED outcomes_stuck");
    streams = () -> Streams.with(new StreamsView.Queue(10, 10, minute, Duration.ofSeconds(11), 3));
    assertThat(streamTrouble()).isEqualTo("DEGRADED calls_stuck");
  }

  @Test
  void make_isDegraded_whilePaused_andSaysSo() throws Exception {
    assertThat(body().at("/services/kafka_streams").has("paused")).isFalse();
    streams = () -> Streams.view("RUNNING", 2, 0L, true);

    assertThat(status()).isEqualTo(Status.DEGRADED);
    assertThat(body().at("/services/kafka_streams/paused").asBoolean()).isTrue();
  }

  @Test
  void make_tellsAnUnknownLagAsNull() throws Exception {
    streams = () -> Streams.view("RUNNING", 1, null, false);

    assertThat(body().at("/services/kafka_streams/lag").isNull()).isTrue();
  }

  @Test
  void make_takesAnExceptionForBadHealth_andKeepsItsMessage() throws Exception {
    trouble =
        () -> {
          throw new IllegalStateException("key hush is wrong");
        };
    breakers.fail(new IllegalStateException("hush"));

    assertThat(status()).isEqualTo(Status.UNHEALTHY);
    assertThat(body().at("/services/google_ai").toString())
        .isEqualTo("{\"status\":\"unhealthy\",\"error\":\"IllegalStateException\"}");
    assertThat(body().toString()).doesNotContain("hush");
  }

  @Test
  void make_isDegradedAtWorst_whenOnlyTheCacheFails() throws Exception {
    cache =
        () -> {
          throw new IllegalStateException("gone");
        };

    assertThat(status()).isEqualTo(Status.DEGRADED);
    assertThat(body().at("/services/cache/status").asText()).isEqualTo("degraded");
  }
}
