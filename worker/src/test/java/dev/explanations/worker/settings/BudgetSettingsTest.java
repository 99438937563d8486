package dev.explanations.worker.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.Usd;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BudgetSettingsTest extends SettingsFixture {

  @Test
  void limits_areExact_inTheirTimeZone() {
    Settings settings =
        load(
            "BUDGET_USD_PER_DAY", "0.000000001",
            "BUDGET_USD_PER_MONTH", "1000000",
            "BUDGET_TIME_ZONE", "Europe/Berlin");

    assertThat(settings.budget())
        .isEqualTo(
            new Settings.Budget(
                new Usd(1), new Usd(1_000_000_000_000_000L), ZoneId.of("Europe/Berlin")));
  }

  @ParameterizedTest
  @CsvSource({
    "BUDGET_USD_PER_DAY, -1, 'a number such as 0.25, from 0 to 1000000'",
    "BUDGET_USD_PER_MONTH, 1000001, 'a number such as 0.25, from 0 to 1000000'",
    "BUDGET_USD_PER_MONTH, 1e3, 'a number such as 0.25, from 0 to 1000000'",
    "BUDGET_TIME_ZONE, Berlin, a time zone such as UTC or Europe/Berlin"
  })
  void badOnes_areRefused(String name, String text, String allowed) {
    assertThat(problems(name, text))
        .containsExactly("%s=%s: must be %s".formatted(name, text, allowed));
  }
}
