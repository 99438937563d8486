package dev.explanations.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.spending.Spent;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class SpendingTest {

  private static final LocalDate SUNDAY = LocalDate.parse("2026-11-29");
  private static final LocalDate MONDAY = LocalDate.parse("2026-11-30");
  private static final Usage USAGE = new Usage(3, 4, 7);

  @Test
  void callsOfUnknownCost_areChargedAtTheDearest() {
    Ledger ledger = new Ledger();
    ledger.told(
        0,
        Spent.NOTHING
            .plus(Charge.of(USAGE, new Usd(700)), SUNDAY)
            .plus(Charge.of(USAGE, new Usd(200)), MONDAY)
            .plus(Charge.of(USAGE, null), MONDAY));
    ledger.told(1, Spent.NOTHING.plus(Charge.UNKNOWN, MONDAY));

    assertThat(Spending.of(ledger, MONDAY))
        .isEqualTo(
            new Spending(
                new Spending.Period(new Usd(200 + 2 * 700), Usd.ZERO, 1),
                new Spending.Period(new Usd(900 + 2 * 700), Usd.ZERO, 1)));
  }
}
