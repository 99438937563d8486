package dev.explanations.worker.settings;

import static dev.explanations.worker.settings.Types.zone;

import dev.explanations.worker.settings.Setting.Group;
import java.time.ZoneId;

/** Settings of what the application may spend. */
final class BudgetSettings {
  static final Group BUDGET = new Group("Budget");

  static final Setting<ZoneId> TIME_ZONE =
      BUDGET.of(
          "BUDGET_TIME_ZONE",
          zone(),
          "UTC",
          "Whose midnight begins a day and a month of what is spent.");

  private BudgetSettings() {}

  static Settings.Budget budget(Values values) {
    return new Settings.Budget(values.get(TIME_ZONE));
  }
}
