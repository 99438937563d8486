package dev.explanations.worker.metrics;

import dev.explanations.worker.api.Figures;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The figures of {@link FixedReadings}. */
public final class TestMetrics {

  static final WorkerInfo FACTS =
      new WorkerInfo(
          "1.0.0",
          "w1",
          FixedReadings.NOW.minusSeconds(60),
          settings(),
          Map.of("GEMINI_MODEL", "m", "GOOGLE_API_KEY", "(hidden)"),
          Map.of("google_ai", "m", "google_ai:n", "n"),
          Set.of("explanations.requests"));

  static final Clock CLOCK = Clock.fixed(FixedReadings.NOW, ZoneOffset.UTC);

  private TestMetrics() {}

  static Settings settings() {
    return SettingsLoader.load(
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092",
            "GOOGLE_API_KEY", "k",
            "GEMINI_PRICE_PER_MILLION_PROMPT_TOKENS", "0.10",
            "GEMINI_PRICE_PER_MILLION_OUTPUT_TOKENS", "0.40",
            "REDIS_ENABLED", "true"));
  }

  public static Figures figures(Supplier<List<BreakerStatus>> breakers) {
    FixedReadings readings = new FixedReadings();
    readings.breakers = breakers;
    return figures(new WorkerMetrics(readings, FACTS, CLOCK), readings);
  }

  /** With one sample in the history. */
  static Figures figures(WorkerMetrics metrics, FixedReadings readings) {
    Iterator<Instant> times =
        List.of(FixedReadings.NOW.minusSeconds(5), FixedReadings.NOW).iterator();
    InstantSource clock = times::next;
    History history =
        new History(
            () -> History.read(metrics.meters(), readings),
            clock.withZone(ZoneOffset.UTC),
            History.INTERVAL);
    history.take();
    history.take();
    return new MetricsReport(metrics, readings, FACTS, history, CLOCK);
  }
}
