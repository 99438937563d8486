package dev.explanations.worker.metrics;

import dev.explanations.worker.health.Fields;
import org.jspecify.annotations.Nullable;

/** The section {@code spending} of {@code GET /api/metrics}, with any figures. */
public final class SampleSpending {

  private SampleSpending() {}

  /**
   * @param perDay dollars that may be spent in a day; {@code null} without a limit
   * @param exhausted {@code day}, {@code month} or {@code null}
   */
  public static Fields json(double today, @Nullable Double perDay, @Nullable String exhausted) {
    Fields day = Fields.of("date", "2026-11-23");
    day.putAll(period(today, 0, 3, perDay));
    Fields month = Fields.of("month", "2026-11");
    month.putAll(period(280 + today, 12, 41, 400.0));
    return Fields.of(
        "time_zone", "UTC",
        "day", day,
        "month", month,
        "dearest_call_usd", 0.00125,
        "exhausted", exhausted);
  }

  private static Fields period(double cost, long unpriced, long unknown, @Nullable Double budget) {
    return Fields.of(
        "calls",
        Math.round(cost / 0.0005),
        "prompt_tokens",
        Math.round(cost / 0.0005 * 120),
        "output_tokens",
        Math.round(cost / 0.0005 * 190),
        "cost_usd",
        cost,
        "calls_unpriced",
        unpriced,
        "calls_unknown",
        unknown,
        "charged_usd",
        cost + (unpriced + unknown) * 0.00125,
        "budget_usd",
        budget);
  }
}
