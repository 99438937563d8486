package dev.explanations.worker.metrics;

import dev.explanations.worker.ops.CircuitBreakers;
import dev.explanations.worker.ops.Figures;
import dev.explanations.worker.settings.Settings.Prices;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The figures of {@link FixedReadings}. */
public final class TestMetrics {

  static final Facts FACTS =
      new Facts(
          "1.0.0",
          "development",
          FixedReadings.NOW.minusSeconds(60),
          Map.of("GEMINI_MODEL", "m", "GOOGLE_API_KEY", "(hidden)"),
          List.of("m", "n"),
          List.of("google_ai", "google_ai:n"),
          Set.of("explanations.requests"),
          64,
          new Prices(new BigDecimal("0.10"), new BigDecimal("0.40")),
          true);

  static final Clock CLOCK = Clock.fixed(FixedReadings.NOW, ZoneOffset.UTC);

  private TestMetrics() {}

  public static Figures figures(CircuitBreakers breakers) {
    FixedReadings readings = new FixedReadings();
    return figures(new WorkerMetrics(readings, FACTS, CLOCK), readings, breakers);
  }

  static Figures figures(WorkerMetrics metrics, FixedReadings readings, CircuitBreakers breakers) {
    List<WorkerList.Member> members =
        List.of(
            new WorkerList.Member("w1", true, 12L, FixedReadings.NOW),
            new WorkerList.Member("w2", false, null, null));
    return new MetricsReport(metrics, readings, FACTS, breakers, () -> members, CLOCK);
  }
}
