package dev.explanations.worker.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.contract.Bounds;
import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.http.JsonBodies;
import dev.explanations.worker.http.Problem;
import dev.explanations.worker.spending.BudgetLimits;
import dev.explanations.worker.spending.BudgetStatus;
import dev.explanations.worker.spending.BudgetStatus.Period;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Budget over HTTP: what is spent of it, and the command that sets its limits. Thread-safe. */
record BudgetEndpoints(BudgetService budget, Commands commands) {

  private static final String PATH = "/api/budget";
  private static final String PER_DAY = "perDayUsd";
  private static final String PER_MONTH = "perMonthUsd";

  void addTo(RoutesConfig routes) {
    OpsServer.addReading(routes, PATH, it -> JsonBodies.respond(it, json()));
    routes.post(PATH, this::set);
  }

  private void set(Context context) {
    JsonNode body = JsonBodies.readObject(context.bodyAsBytes(), Set.of(PER_DAY, PER_MONTH));
    List<String> problems = new ArrayList<>();
    BudgetLimits limits =
        new BudgetLimits(limit(body, PER_DAY, problems), limit(body, PER_MONTH, problems));
    if (!problems.isEmpty()) {
      throw new Problem(400, String.join(" ", problems));
    }
    List<String> unpriced = budget.unpriced();
    if (limits.isAny() && !unpriced.isEmpty()) {
      throw new Problem(
          409,
          "This worker has no price for %s (PRICES_FILE), so it cannot keep to a budget."
              .formatted(String.join(", ", unpriced)));
    }
    String message =
        limits.equals(BudgetLimits.OF_SETTINGS)
            ? "The budget is that of the settings"
            : "Budget set until it is set anew";
    commands.give(context, new Command.SetBudget(limits), message, this::json);
  }

  private static @Nullable Usd limit(JsonNode body, String name, List<String> problems) {
    try {
      return body.has(name) ? Bounds.dollars(body, name) : null;
    } catch (IllegalArgumentException e) {
      problems.add("%s must be a number from 0 to %.0f.".formatted(name, Usd.MAX.dollars()));
      return null;
    }
  }

  private Fields json() {
    BudgetStatus status = budget.status();
    Period exhausted = status.exhausted();
    Fields day = Fields.of("date", status.date().toString());
    day.putAll(json(status.day()));
    Fields month = Fields.of("month", YearMonth.from(status.date()).toString());
    month.putAll(json(status.month()));
    return Fields.of(
        "timeZone",
        status.zone().getId(),
        "day",
        day,
        "month",
        month,
        "dearestCallUsd",
        dollars(status.dearest()),
        "exhausted",
        exhausted == null ? null : exhausted.span(),
        "until",
        exhausted == null ? null : exhausted.end());
  }

  private static Fields json(Period period) {
    Usd limit = period.limit();
    Charge spent = period.spent();
    return Fields.of(
        "limitUsd",
        limit == null ? null : dollars(limit),
        "source",
        period.source(),
        "calls",
        spent.calls(),
        "promptTokens",
        spent.promptTokens(),
        "outputTokens",
        spent.outputTokens(),
        "costUsd",
        dollars(spent.cost()),
        "callsUnpriced",
        spent.unpriced(),
        "callsUnknown",
        spent.unknown(),
        "chargedUsd",
        dollars(period.charged()),
        "exhausted",
        period.isExhausted());
  }

  private static double dollars(Usd money) {
    return money.dollars().doubleValue();
  }
}
