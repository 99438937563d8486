package dev.explanations.worker.metrics;

import dev.explanations.worker.cache.CacheTierStatistics;
import dev.explanations.worker.control.ControlState.Sighting;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.flow.WorkerTotals;
import dev.explanations.worker.gate.BreakerHistory;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.gate.GateStatus;
import dev.explanations.worker.health.StreamsView;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.spending.BudgetStatus;
import dev.explanations.worker.spending.BudgetStatus.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gauges of a worker that has been at it for a while; a test may change them. */
public class FixedGauges implements Gauges {

  static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  public DispatchStatus dispatch =
      new DispatchStatus(
          new GateStatus(
              3,
              16,
              new GateStatus.Rate(60, 12),
              new GateStatus.Rate(0, 500),
              NOW.plusSeconds(5),
              List.of(new BreakerStatus("google_ai", State.OPEN, 5, 0, NOW, false)),
              Map.of(
                  "google_ai",
                  new BreakerHistory(
                      List.of(new BreakerHistory.Transition(NOW, State.CLOSED, State.OPEN)),
                      Map.of(State.OPEN, 1L)))),
          2,
          NOW.minusSeconds(4),
          0);

  public Supplier<List<BreakerStatus>> breakers = () -> dispatch.gate().breakers();
  public @Nullable CacheTierStatistics redis = new CacheTierStatistics(3, 1, 2, 4, 1, 1, 600);

  public Prompts.Status prompts = new Prompts.Status("1", null, 0);

  public BudgetStatus spending =
      new BudgetStatus(
          ZoneOffset.UTC,
          LocalDate.parse("2026-11-30"),
          period(Span.DAY, 1_250_000_000, null, 3),
          period(Span.MONTH, 20_500_000_000L, new Usd(400_000_000_000L), 7),
          new Usd(1_000_000));

  private static BudgetStatus.Period period(
      Span span, long charged, @Nullable Usd limit, long unknown) {
    Charge spent = new Charge(unknown, 0, 0, Usd.ZERO, 0, unknown);
    return new BudgetStatus.Period(
        span, limit, BudgetStatus.Source.SETTINGS, spent, new Usd(charged), NOW);
  }

  public @Nullable Map<String, Long> lag = Map.of("explanations.requests", 7L);

  private final WorkerTotals totals = new WorkerTotals();

  public FixedGauges() {
    totals.pending().set(9);
    totals.explanations().set(42);
    totals.open().since(NOW.minusSeconds(30));
  }

  @Override
  public DispatchStatus dispatch() {
    return dispatch;
  }

  @Override
  public List<BreakerStatus> breakers() {
    return breakers.get();
  }

  @Override
  public Map<String, Sighting> workers() {
    return Map.of("w2", new Sighting(12, NOW));
  }

  @Override
  public long faults(Faults.Kind kind) {
    return 0;
  }

  @Override
  public WorkerTotals totals() {
    return totals;
  }

  @Override
  public long outcomesSent() {
    return 17;
  }

  @Override
  public long unacknowledgedBytes() {
    return 1234;
  }

  @Override
  public @Nullable CacheTierStatistics redis() {
    return redis;
  }

  @Override
  public boolean redisConnected() {
    return redis != null;
  }

  @Override
  public @Nullable Map<String, Long> lag() {
    return lag;
  }

  @Override
  public boolean brokerConnected() {
    return true;
  }

  @Override
  public StreamsView stream() {
    return new StreamsView(
        "RUNNING",
        Duration.ofMinutes(1),
        true,
        2,
        12,
        false,
        false,
        totalLag(),
        false,
        new StreamsView.Queue(9, 10, null, null, 0),
        false);
  }

  @Override
  public Prompts.Status prompts() {
    return prompts;
  }

  @Override
  public BudgetStatus spending() {
    return spending;
  }
}
