package dev.explanations.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.settings.InvalidSettingsException;
import dev.explanations.worker.settings.SettingsLoader;
import dev.explanations.worker.spending.BudgetLimits;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.spending.Ledgers;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerBudgetTest {

  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private final Ledger ledger = Ledgers.ofAnyDay();

  private WorkerBudget budget(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("GOOGLE_API_KEY", "k");
    return new WorkerBudget(
        SettingsLoader.load(all),
        Prices.of(null),
        () -> BudgetLimits.OF_SETTINGS,
        ledger,
        () -> NOW);
  }

  @Test
  void budget_isRefused_ifAModelHasNoPrice() {
    Map<String, String> settings =
        Map.of(
            "GEMINI_MODEL", "gemini-a",
            "GEMINI_FALLBACK_MODELS", "gemini-3.5-flash-lite,gemini-b",
            "BUDGET_USD_PER_MONTH", "1");

    InvalidSettingsException refused =
        catchThrowableOfType(InvalidSettingsException.class, () -> budget(settings));

    String reason =
        ": there is no price for today in PRICES_FILE, which a budget"
            + " (BUDGET_USD_PER_DAY, BUDGET_USD_PER_MONTH) needs";
    assertThat(refused.problems())
        .containsExactly(
            "GEMINI_MODEL=gemini-a" + reason, "GEMINI_FALLBACK_MODELS=gemini-b" + reason);
  }

  @Test
  void withoutABudget_aModelNeedsNoPrice() {
    assertThat(budget(Map.of("GEMINI_MODEL", "gemini-a")).unpriced()).containsExactly("gemini-a");
    assertThat(budget(Map.of()).unpriced()).isEmpty();
  }

  @Test
  void spentBudget_isTrouble_thatNamesIt() {
    WorkerBudget budget = budget(Map.of("BUDGET_USD_PER_DAY", "1"));
    assertThat(budget.trouble()).isEmpty();

    ledger.ended(0, "a", Charge.of(new Usage(1, 1, 2), new Usd(1_000_000_000)));

    assertThat(budget.trouble().orElseThrow().code()).isEqualTo(ErrorCode.BUDGET_EXHAUSTED);
    assertThat(budget.trouble().orElseThrow().detail())
        .isEqualTo(
            "The day's budget (BUDGET_USD_PER_DAY, POST /api/budget) is spent:"
                + " no call until 2026-12-01T00:00:00Z");
  }
}
