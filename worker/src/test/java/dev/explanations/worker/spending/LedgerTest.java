package dev.explanations.worker.spending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import java.time.LocalDate;
import java.time.YearMonth;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private static final LocalDate MONDAY = LocalDate.parse("2026-11-30");
  private static final LocalDate TUESDAY = LocalDate.parse("2026-12-01");
  private static final Charge ONE = charge(10);

  private final Ledger ledger = new Ledger();

  private static Charge charge(long nanos) {
    return Charge.of(new Usage(3, 4, 7), new Usd(nanos));
  }

  private static Spent spent(LocalDate day, int calls) {
    Spent spent = Spent.NOTHING;
    for (int i = 0; i < calls; i++) {
      spent = spent.plus(ONE, day);
    }
    return spent;
  }

  @Test
  void partitions_areSummed_eachWithItsLargestValue() {
    ledger.told(0, spent(MONDAY, 3));
    ledger.told(0, spent(MONDAY, 2));
    ledger.counted(1, spent(MONDAY, 1));

    assertThat(ledger.on(MONDAY)).isEqualTo(new Charge(4, 12, 16, new Usd(40), 0, 0));
    assertThat(ledger.on(YearMonth.from(MONDAY)).calls()).isEqualTo(4);
    assertThat(ledger.on(TUESDAY)).isEqualTo(Charge.NONE);
  }

  @Test
  void nextDay_beginsAtZero_andAMonthSumsItsDays() {
    Spent friday = spent(LocalDate.parse("2026-11-27"), 2);
    Spent monday = friday.plus(ONE, MONDAY);
    Spent tuesday = monday.plus(ONE, TUESDAY);

    assertThat(monday.on(MONDAY).calls()).isEqualTo(1);
    assertThat(monday.on(YearMonth.of(2026, 11)).calls()).isEqualTo(3);
    assertThat(tuesday.on(YearMonth.of(2026, 12)).calls()).isEqualTo(1);
    assertThat(tuesday.on(YearMonth.of(2026, 11))).isEqualTo(Charge.NONE);
    assertThat(tuesday.or(monday)).isEqualTo(tuesday);
    assertThat(monday.or(tuesday)).isEqualTo(tuesday);
  }

  @Test
  void clockThatWasSetBack_addsToTheLastDay() {
    Spent spent = spent(TUESDAY, 1).plus(ONE, MONDAY);
    assertThat(spent.on(TUESDAY).calls()).isEqualTo(2);
  }

  @Test
  void callOfThisWorker_countsOnce_whetherItsOutcomeWasReadOrNot() {
    ledger.ended(0, "a", ONE);
    ledger.ended(1, "b", ONE);
    assertThat(ledger.on(MONDAY).calls()).isEqualTo(2);

    ledger.counted(0, spent(MONDAY, 1));
    ledger.read(0, "a");
    assertThat(ledger.on(MONDAY).calls()).isEqualTo(2);

    ledger.left(1);
    assertThat(ledger.on(MONDAY).calls()).isEqualTo(1);
  }

  @Test
  void ownTotals_areToldOnce() {
    ledger.counted(0, spent(MONDAY, 1));
    assertThat(ledger.takeUntold()).containsOnlyKeys(0);
    assertThat(ledger.takeUntold()).isEmpty();
  }

  @Test
  void dearestCall_pricesThoseOfUnknownCost() {
    Spent spent = Spent.NOTHING.plus(charge(30), MONDAY).plus(charge(20), MONDAY);
    ledger.told(0, spent.plus(Charge.UNKNOWN, MONDAY));

    assertThat(ledger.dearest()).isEqualTo(new Usd(30));
    assertThat(ledger.on(MONDAY).total()).isNull();
    assertThat(ledger.on(MONDAY).atMost(ledger.dearest())).isEqualTo(new Usd(80));
  }
}
