package dev.explanations.worker.metrics;

import dev.explanations.worker.api.MetricsService;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Metrics of {@link FixedGauges}. */
public final class TestMetrics {

  static final WorkerInfo FACTS =
      new WorkerInfo(
          "1.0.0",
          "w1",
          FixedGauges.NOW.minusSeconds(60),
          settings(),
          Map.of("GEMINI_MODEL", "m", "GOOGLE_API_KEY", "(hidden)"),
          Map.of("google_ai", "m", "google_ai:n", "n", "google_ai:o", "o"),
          Set.of("explanations.requests"),
          Prices.of(Path.of("src/test/resources/prices-of-m.json")));

  static final Clock CLOCK = Clock.fixed(FixedGauges.NOW, ZoneOffset.UTC);

  private TestMetrics() {}

  static Settings settings() {
    return SettingsLoader.load(
        Map.of(
            "KAFKA_BOOTSTRAP_SERVERS", "localhost:9092",
            "GOOGLE_API_KEY", "k",
            "REDIS_ENABLED", "true"));
  }

  public static MetricsService service(Supplier<List<BreakerStatus>> breakers) {
    FixedGauges gauges = new FixedGauges();
    gauges.breakers = breakers;
    return service(new WorkerMetrics(gauges, FACTS, CLOCK), gauges);
  }

  /** With one sample in the history. */
  static MetricsService service(WorkerMetrics metrics, FixedGauges gauges) {
    Iterator<Instant> times = List.of(FixedGauges.NOW.minusSeconds(5), FixedGauges.NOW).iterator();
    InstantSource clock = times::next;
    History history =
        new History(
            () -> History.snapshot(metrics.meters(), gauges),
            clock.withZone(ZoneOffset.UTC),
            History.INTERVAL);
    history.take();
    history.take();
    return new MetricsReport(metrics, gauges, FACTS, history, CLOCK);
  }
}
