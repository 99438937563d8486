package dev.explanations.worker.settings;

import static dev.explanations.worker.settings.Types.amount;
import static dev.explanations.worker.settings.Types.zone;

import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.settings.Setting.Group;
import java.math.BigDecimal;
import java.time.ZoneId;

/** Settings that bound what calls cost. */
final class BudgetSettings {
  static final Group BUDGET = new Group("Budget");

  private static final String MAX = "1000000";

  static final Setting<BigDecimal> PER_DAY =
      BUDGET.of(
          "BUDGET_USD_PER_DAY",
          amount(MAX),
          "0",
          "Dollars that all workers together may spend in a day: beyond, no call begins. 0: no"
              + " limit. `POST /api/budget` overrides it.");
  static final Setting<BigDecimal> PER_MONTH =
      BUDGET.of("BUDGET_USD_PER_MONTH", amount(MAX), "0", "The same for a calendar month.");
  static final Setting<ZoneId> TIME_ZONE =
      BUDGET.of(
          "BUDGET_TIME_ZONE",
          zone(),
          "UTC",
          "Time zone whose midnight begins a day and a month of the budget. The same on all"
              + " workers.");

  private BudgetSettings() {}

  static Settings.Budget budget(Values values) {
    return new Settings.Budget(
        Usd.of(values.get(PER_DAY)), Usd.of(values.get(PER_MONTH)), values.get(TIME_ZONE));
  }
}
