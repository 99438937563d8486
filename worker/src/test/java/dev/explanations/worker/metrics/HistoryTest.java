package dev.explanations.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.api.LogCapture;
import dev.explanations.worker.health.Fields;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

  private volatile Instant now = START;
  private volatile History.Snapshot reading = reading(0, null);
  private final Clock clock = InstantSource.system().withZone(ZoneOffset.UTC);
  private final History history =
      new History(
          () -> reading, ((InstantSource) () -> now).withZone(ZoneOffset.UTC), History.INTERVAL);

  private static History.Snapshot reading(long received, @Nullable Long lag) {
    return new History.Snapshot(
        received,
        received / 2,
        received / 4,
        received / 1000.0,
        Fields.of(
            "call_p50_seconds",
            0.5,
            "call_p95_seconds",
            1.5,
            "end_to_end_p95_seconds",
            null,
            "in_flight",
            3,
            "pending",
            received / 10,
            "lag",
            lag,
            "breaker",
            "half_open"));
  }

  private void take(Duration later, History.Snapshot next) {
    now = now.plus(later);
    reading = next;
    history.take();
  }

  private JsonNode json(History history) {
    return new ObjectMapper().valueToTree(history.json());
  }

  @Test
  void rates_areDifferencesOfTotals_overTheTimeThatReallyPassed() {
    history.take();
    take(Duration.ofSeconds(4), reading(80, 7L));

    JsonNode json = json(history);
    assertThat(json.path("interval_seconds").asInt()).isEqualTo(5);
    assertThat(json.path("samples")).hasSize(1);
    JsonNode sample = json.path("samples").path(0);
    assertThat(sample.path("at").asText()).isEqualTo("2026-11-23T12:00:04Z");
    assertThat(sample.path("received_per_second").asDouble()).isEqualTo(20, within(1e-9));
    assertThat(sample.path("results_per_second").asDouble()).isEqualTo(10, within(1e-9));
    assertThat(sample.path("calls_per_second").asDouble()).isEqualTo(5, within(1e-9));
    // 80 thousandths of a dollar in 4 s
    assertThat(sample.path("usd_per_hour").asDouble()).isEqualTo(72, within(1e-9));
    assertThat(sample.path("call_p50_seconds").asDouble()).isEqualTo(0.5);
    assertThat(sample.path("call_p95_seconds").asDouble()).isEqualTo(1.5);
    assertThat(sample.path("end_to_end_p95_seconds").isNull()).isTrue();
    assertThat(sample.path("in_flight").asInt()).isEqualTo(3);
    assertThat(sample.path("pending").asInt()).isEqualTo(8);
    assertThat(sample.path("lag").asInt()).isEqualTo(7);
    assertThat(sample.path("breaker").asText()).isEqualTo("half_open");
  }

  @Test
  void firstReading_isNoSample() {
    history.take();

    assertThat(json(history).path("samples")).isEmpty();
  }

  @Test
  void history_isTheLastFifteenMinutes() {
    history.take();
    for (int i = 1; i <= History.SAMPLES + 20; i++) {
      take(History.INTERVAL, reading(i, null));
    }

    JsonNode samples = json(history).path("samples");
    assertThat(samples).hasSize(History.SAMPLES);
    assertThat(Instant.parse(samples.path(0).path("at").asText()))
        .isEqualTo(now.minus(Duration.ofMinutes(15)).plus(History.INTERVAL));
    assertThat(samples.path(History.SAMPLES - 1).path("at").asText()).isEqualTo(now.toString());
  }

  @Test
  void clockThatStandsStill_makesNoSample() {
    history.take();
    take(Duration.ZERO, reading(10, null));

    assertThat(json(history).path("samples")).isEmpty();
  }

  @Test
  void failedReading_leavesAGap_andIsLoggedOnce() {
    AtomicInteger reads = new AtomicInteger();
    History broken =
        new History(
            () -> {
              reads.incrementAndGet();
              throw new IllegalStateException("odd");
            },
            clock,
            Duration.ofMillis(5));
    try (LogCapture log = new LogCapture(History.class);
        broken) {
      broken.start();

      await().until(() -> reads.get() > 3);
      assertThat(log.lines())
          .containsExactly("WARN The figures cannot be read; the history has a gap");
    }
  }
}
