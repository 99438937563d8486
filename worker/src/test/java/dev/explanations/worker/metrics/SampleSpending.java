package dev.explanations.worker.metrics;

import static dev.explanations.worker.spending.TestBudget.usd;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.spending.BudgetStatus;
import dev.explanations.worker.spending.BudgetStatus.Period;
import dev.explanations.worker.spending.BudgetStatus.Span;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** A budget of 400 dollars a month, of which 280 were spent before today. */
public final class SampleSpending {

  private static final Usd DEAREST = usd("0.00125");
  private static final long NANOS_A_CALL = 500_000;

  private SampleSpending() {}

  /** The section {@code spending} of {@code GET /api/metrics}; see {@link #status}. */
  public static Fields json(String today, @Nullable String perDay) {
    return new SpendingReport(status(today, perDay)).json();
  }

  /**
   * @param today dollars that are spent, without calls of unknown cost
   * @param perDay dollars that may be spent in a day; {@code null} without a limit
   */
  static BudgetStatus status(String today, @Nullable String perDay) {
    return new BudgetStatus(
        ZoneOffset.UTC,
        LocalDate.parse("2026-11-23"),
        period(
            Span.DAY,
            perDay == null ? null : usd(perDay),
            charge(usd(today), 0, 3),
            Instant.parse("2026-11-24T00:00:00Z")),
        period(
            Span.MONTH,
            usd("400"),
            charge(usd("280").plus(usd(today)), 12, 41),
            Instant.parse("2026-12-01T00:00:00Z")),
        DEAREST);
  }

  private static Charge charge(Usd cost, long unpriced, long unknown) {
    long calls = cost.nanos() / NANOS_A_CALL;
    return new Charge(calls, calls * 120, calls * 190, cost, unpriced, unknown);
  }

  private static Period period(Span span, @Nullable Usd limit, Charge spent, Instant end) {
    return new Period(span, limit, BudgetStatus.Source.SETTINGS, spent, spent.atMost(DEAREST), end);
  }
}
