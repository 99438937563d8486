package dev.explanations.worker;

import dev.explanations.worker.api.BudgetService;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gemini.ModelHealth;
import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.settings.InvalidSettingsException;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.spending.Budget;
import dev.explanations.worker.spending.BudgetLimits;
import dev.explanations.worker.spending.BudgetStatus;
import dev.explanations.worker.spending.BudgetStatus.Period;
import dev.explanations.worker.spending.Ledger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The budget, with the prices that it depends on. Thread-safe. */
final class WorkerBudget implements BudgetService {

  final Budget budget;
  private final Settings.Gemini models;
  private final Prices prices;
  private final InstantSource clock;

  /**
   * @param command limits of the last command
   * @throws InvalidSettingsException if there is a budget and a model without a price: what calls
   *     to it cost would not be seen
   */
  WorkerBudget(
      Settings settings,
      Prices prices,
      Supplier<BudgetLimits> command,
      Ledger ledger,
      InstantSource clock) {
    this.models = settings.gemini();
    this.prices = prices;
    this.clock = clock;
    this.budget = new Budget(settings.budget(), command, ledger, clock);
    Settings.Budget limits = settings.budget();
    if (new BudgetLimits(limits.perDay(), limits.perMonth()).isAny()) {
      refuseUnpriced();
    }
  }

  private void refuseUnpriced() {
    List<String> problems =
        unpriced().stream()
            .map(
                model ->
                    ("%s=%s: there is no price for today in PRICES_FILE, which a budget"
                            + " (BUDGET_USD_PER_DAY, BUDGET_USD_PER_MONTH) needs")
                        .formatted(
                            model.equals(models.model())
                                ? "GEMINI_MODEL"
                                : "GEMINI_FALLBACK_MODELS",
                            model))
            .toList();
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
  }

  @Override
  public BudgetStatus status() {
    return budget.status();
  }

  @Override
  public List<String> unpriced() {
    List<String> all = new ArrayList<>(List.of(models.model()));
    all.addAll(models.fallbackModels());
    all.removeIf(
        model -> prices.cost(model, Prices.STANDARD, Usage.NONE, 0, clock.instant()).isPresent());
    return all;
  }

  /** Trouble for the health report while no call may begin. */
  Optional<ModelHealth.Trouble> trouble() {
    Period exhausted = status().exhausted();
    return exhausted == null
        ? Optional.empty()
        : Optional.of(
            new ModelHealth.Trouble(
                ErrorCode.BUDGET_EXHAUSTED,
                "The %s's budget (BUDGET_USD_PER_%s, POST /api/budget) is spent: no call until %s"
                    .formatted(
                        exhausted.span().wireName(), exhausted.span().name(), exhausted.end())));
  }
}
