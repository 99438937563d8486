package dev.explanations.worker.api;

import dev.explanations.worker.spending.BudgetLimits;
import dev.explanations.worker.spending.BudgetStatus;
import dev.explanations.worker.spending.TestBudget;
import java.time.Instant;
import java.util.List;

/** A budget of 25 dollars a day, of which a test spends. */
final class MemoryBudget implements BudgetService {

  private final TestBudget budget =
      new TestBudget("25", "0", () -> Instant.parse("2026-11-30T12:00:00Z"));
  List<String> unpriced = List.of();

  void spend(String dollars) {
    budget.spend(dollars);
  }

  void command(BudgetLimits limits) {
    budget.command(limits);
  }

  @Override
  public BudgetStatus status() {
    return budget.budget().status();
  }

  @Override
  public List<String> unpriced() {
    return unpriced;
  }
}
