package dev.explanations.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.settings.InvalidSettingsException;
import dev.explanations.worker.settings.SettingsLoader;
import dev.explanations.worker.spending.BudgetLimits;
import dev.explanations.worker.spending.Ledger;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerBudgetTest {

  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");

  private WorkerBudget budget(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("GOOGLE_API_KEY", "k");
    return new WorkerBudget(
        SettingsLoader.load(all),
        Prices.of(null),
        () -> BudgetLimits.OF_SETTINGS,
        new Ledger(),
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
}
