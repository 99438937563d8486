package dev.explanations.worker.metrics;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.spending.BudgetStatus;
import dev.explanations.worker.spending.BudgetStatus.Period;
import java.math.BigDecimal;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/** What the application has spent, and its limits, as JSON. */
record SpendingReport(BudgetStatus status) {

  Fields json() {
    Period exhausted = status.exhausted();
    return Fields.of(
        "time_zone", status.zone().getId(),
        "day", period("date", status.date(), status.day()),
        "month", period("month", YearMonth.from(status.date()), status.month()),
        "dearest_call_usd", dollars(status.dearest()),
        "exhausted", exhausted == null ? null : exhausted.span().wireName());
  }

  private static Fields period(String name, Object date, Period period) {
    Charge spent = period.spent();
    return Fields.of(
        name,
        date.toString(),
        "calls",
        spent.calls(),
        "prompt_tokens",
        spent.promptTokens(),
        "output_tokens",
        spent.outputTokens(),
        "cost_usd",
        dollars(spent.cost()),
        "calls_unpriced",
        spent.unpriced(),
        "calls_unknown",
        spent.unknown(),
        "charged_usd",
        dollars(period.charged()),
        "budget_usd",
        dollars(period.limit()));
  }

  private static @Nullable BigDecimal dollars(@Nullable Usd amount) {
    return amount == null ? null : amount.dollars();
  }
}
