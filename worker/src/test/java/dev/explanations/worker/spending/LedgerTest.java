package dev.explanations.worker.spending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private static final LocalDate MONDAY = LocalDate.parse("2026-11-30");
  private static final LocalDate TUESDAY = LocalDate.parse("2026-12-01");
  private static final Charge ONE = charge(10);

  private final Ledger ledger = Ledgers.ofAnyDay();

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
    Spent wednesday = tuesday.plus(ONE, TUESDAY.plusDays(1));
    assertThat(wednesday.on(YearMonth.of(2026, 11))).isEqualTo(Charge.NONE);
    assertThat(tuesday.or(monday)).isEqualTo(tuesday);
    assertThat(monday.or(tuesday)).isEqualTo(tuesday);
  }

  @Test
  void clockThatWasSetBack_addsToTheLastDay() {
    Spent spent = spent(TUESDAY, 1).plus(ONE, MONDAY);
    assertThat(spent.on(TUESDAY).calls()).isEqualTo(2);
  }

  @Test
  void chargeOfACall_isHandedBack_whenItsOutcomeIsRead() {
    ledger.ended(0, "a", ONE);
    assertThat(ledger.read(1, "a")).isNull();
    assertThat(ledger.read(0, "a")).isEqualTo(ONE);
    assertThat(ledger.read(0, "a")).isNull();
    assertThat(ledger.on(MONDAY)).isEqualTo(Charge.NONE);
  }

  @Test
  void clockThatWasDaysAhead_hidesNothingOfWhatFollows() {
    Ledger ledger = new Ledger(() -> MONDAY);
    Spent ahead = spent(LocalDate.parse("2031-01-01"), 5);
    ledger.told(0, ahead);
    assertThat(ledger.on(MONDAY)).isEqualTo(Charge.NONE);

    Spent again = ahead.plus(ONE, MONDAY);
    assertThat(again.on(MONDAY).calls()).isEqualTo(1);
    ledger.told(0, again);
    ledger.told(0, ahead);
    assertThat(ledger.on(MONDAY).calls()).isEqualTo(1);
    assertThat(ledger.on(YearMonth.from(MONDAY)).calls()).isEqualTo(1);
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
  void ownTotals_areToldOnce_orAgainIfThatFailed() {
    ledger.counted(0, spent(MONDAY, 1));
    assertThat(ledger.takeUntold()).containsOnly(Map.entry(0, spent(MONDAY, 1)));
    assertThat(ledger.takeUntold()).isEmpty();

    ledger.notTold(0);
    assertThat(ledger.takeUntold()).containsOnlyKeys(0);
    ledger.counted(0, spent(MONDAY, 2));
    ledger.notTold(0);
    assertThat(ledger.takeUntold()).containsEntry(0, spent(MONDAY, 2));
  }

  /** The last total stands in the topic, and is all that a worker reads that starts later. */
  @Test
  void laterTotalOfTheNextOwner_isTold_notTheOwn() {
    ledger.counted(0, spent(MONDAY, 1));
    ledger.left(0);
    ledger.told(0, spent(MONDAY, 4));

    assertThat(ledger.takeUntold()).containsOnly(Map.entry(0, spent(MONDAY, 4)));
  }

  @Test
  void sums_areRight_howeverDaysAndTotalsChange() {
    Random random = new Random(7);
    Map<Integer, Spent> partitions = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      LocalDate day = LocalDate.parse("2026-10-01").plusDays(i / 50 + random.nextInt(2));
      int partition = random.nextInt(20);
      Spent spent = partitions.getOrDefault(partition, Spent.NOTHING).plus(charge(i), day);
      partitions.put(partition, spent);
      ledger.told(partition, spent);
      LocalDate asked = random.nextInt(10) == 0 ? day.minusDays(random.nextInt(40)) : day;
      YearMonth month = YearMonth.from(asked);

      assertThat(ledger.on(asked)).isEqualTo(sum(partitions, it -> it.on(asked)));
      assertThat(ledger.on(month)).isEqualTo(sum(partitions, it -> it.on(month)));
    }
    assertThat(ledger.dearest()).isEqualTo(new Usd(4_999));
  }

  private static Charge sum(Map<Integer, Spent> partitions, Function<Spent, Charge> part) {
    return partitions.values().stream().map(part).reduce(Charge.NONE, Charge::plus);
  }

  @Test
  void impossibleTotals_ofAnotherProcess_breakNothing() {
    Charge huge = new Charge(0, 0, 0, new Usd(Long.MAX_VALUE / 2), 0, Long.MAX_VALUE / 2);
    for (int i = 0; i < 5; i++) {
      ledger.told(i, new Spent(MONDAY, huge, huge, new Usd(Long.MAX_VALUE / 2)));
      assertThat(ledger.on(MONDAY)).isNotNull();
    }
    assertThat(huge.atMost(new Usd(Long.MAX_VALUE / 2))).isEqualTo(new Usd(Long.MAX_VALUE));
    assertThat(huge.atMost(Usd.ZERO)).isEqualTo(huge.cost());
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
