package dev.explanations.worker.spending;

import static dev.explanations.worker.spending.TestBudget.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.explanations.worker.api.LogCapture;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.fixture.ManualClock;
import dev.explanations.worker.spending.BudgetStatus.Level;
import dev.explanations.worker.spending.BudgetStatus.Period;
import dev.explanations.worker.spending.BudgetStatus.Source;
import dev.explanations.worker.spending.BudgetStatus.Span;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BudgetTest {

  /** The clock begins at noon of the 23rd. */
  private static final LocalDate TODAY = LocalDate.parse("2026-11-23");

  private final ManualClock clock = new ManualClock();

  private void spentOn(TestBudget budget, int partition, LocalDate day, String dollars) {
    budget.ledger().told(partition, Spent.NOTHING.plus(TestBudget.charge(dollars), day));
  }

  private static Period exhausted(TestBudget budget) {
    return Objects.requireNonNull(budget.budget().status().exhausted());
  }

  @Test
  void withoutALimit_anythingMayBeSpent_andIsTold() {
    TestBudget budget = new TestBudget("0", "0", clock);
    budget.spend("1000000");

    assertThat(budget.budget().look()).isFalse();
    assertThat(budget.budget().nextLook()).isEqualTo(Instant.MAX);
    Period day = budget.budget().status().day();
    assertThat(day.limit()).isNull();
    assertThat(day.charged()).isEqualTo(usd("1000000"));
  }

  @Test
  void dayIsSpentAtItsLimit_untilMidnight_whateverPartitionHasSpentIt() {
    TestBudget budget = new TestBudget("1", "0", clock);
    spentOn(budget, 0, TODAY, "0.6");
    spentOn(budget, 1, TODAY, "0.399999999");
    assertThat(budget.budget().look()).isFalse();
    spentOn(budget, 2, TODAY, "0.000000001");
    assertThat(budget.budget().look()).isTrue();
    assertThat(exhausted(budget).span()).isEqualTo(Span.DAY);
    assertThat(exhausted(budget).end()).isEqualTo(Instant.parse("2026-11-24T00:00:00Z"));

    clock.advance(Duration.ofHours(12).minusMillis(300));
    assertThat(budget.budget().look()).isTrue();
    assertThat(budget.budget().nextLook()).isEqualTo(Instant.parse("2026-11-24T00:00:00Z"));
    clock.advance(Duration.ofMillis(300));

    assertThat(budget.budget().look()).isFalse();
    assertThat(budget.budget().status().day().charged()).isEqualTo(Usd.ZERO);
    assertThat(budget.budget().status().month().charged()).isEqualTo(usd("1"));
  }

  @Test
  void monthIsSpent_untilTheNextOne_thoughADayBegins() {
    TestBudget budget = new TestBudget("1", "1", clock);
    spentOn(budget, 0, TODAY, "1");
    assertThat(exhausted(budget).span()).as("the longer one").isEqualTo(Span.MONTH);
    assertThat(exhausted(budget).end()).isEqualTo(Instant.parse("2026-12-01T00:00:00Z"));

    clock.advance(Duration.ofDays(1));
    assertThat(budget.budget().look()).isTrue();
    assertThat(budget.budget().status().day().isExhausted()).isFalse();
    clock.advance(Duration.ofDays(7));
    assertThat(budget.budget().look()).isFalse();
  }

  @Test
  void whatIsChargedToTomorrow_becauseAClockWasAhead_countsForTodayToo() {
    TestBudget day = new TestBudget("1", "0", clock);
    spentOn(day, 0, TODAY.plusDays(1), "1");
    assertThat(day.budget().look()).isTrue();

    Instant lastOfNovember = Instant.parse("2026-11-30T12:00:00Z");
    TestBudget month = new TestBudget("0", "1", () -> lastOfNovember);
    spentOn(month, 0, LocalDate.parse("2026-12-01"), "1");
    assertThat(month.budget().look()).isTrue();
  }

  @Test
  void callsOfUnknownCost_countAsTheDearest() {
    TestBudget budget = new TestBudget("1", "0", clock);
    Spent spent = Spent.NOTHING.plus(TestBudget.charge("0.4"), TODAY);
    budget.ledger().told(0, spent.plus(Charge.UNKNOWN, TODAY));
    assertThat(budget.budget().status().day().charged()).isEqualTo(usd("0.8"));
    assertThat(budget.budget().look()).isFalse();

    budget.ledger().ended(0, "a", Charge.UNKNOWN);

    assertThat(budget.budget().look()).isTrue();
  }

  @Test
  void command_overridesEachLimitOfTheSettings_untilItIsReset() {
    TestBudget budget = new TestBudget("1", "0", clock);
    budget.spend("2");
    assertThat(budget.budget().look()).isTrue();

    budget.command(new BudgetLimits(usd("3"), null));
    assertThat(budget.budget().look()).isFalse();
    assertThat(budget.budget().status().day().source()).isEqualTo(Source.COMMAND);
    assertThat(budget.budget().status().month().source()).isEqualTo(Source.SETTINGS);

    budget.command(new BudgetLimits(Usd.ZERO, usd("2")));
    assertThat(exhausted(budget).span()).isEqualTo(Span.MONTH);
    budget.command(new BudgetLimits(Usd.ZERO, null));
    assertThat(budget.budget().look()).as("zero is no limit").isFalse();

    budget.command(BudgetLimits.OF_SETTINGS);
    assertThat(exhausted(budget).limit()).isEqualTo(usd("1"));
  }

  @Test
  void daysBeginAtMidnightOfTheirZone_alsoWhereTheClockSkipsIt() {
    // on 2026-11-23 it is 21:00 in Tokyo; in Beirut clocks go from 0:00 to 1:00 on 2026-03-29
    TestBudget tokyo = new TestBudget("1", "0", clock, ZoneId.of("Asia/Tokyo"));
    assertThat(tokyo.budget().status().day().end())
        .isEqualTo(Instant.parse("2026-11-23T15:00:00Z"));
    clock.advance(Duration.ofHours(3));
    assertThat(tokyo.budget().status().date()).isEqualTo(TODAY.plusDays(1));

    ZoneId beirut = ZoneId.of("Asia/Beirut");
    Instant eve = Instant.parse("2026-03-28T12:00:00Z");
    TestBudget skipped = new TestBudget("1", "0", () -> eve, beirut);
    assertThat(skipped.budget().status().day().end())
        .isEqualTo(Instant.parse("2026-03-28T22:00:00Z"));
    Instant day = Instant.parse("2026-03-28T22:00:00Z");
    TestBudget short23 = new TestBudget("1", "0", () -> day, beirut);
    assertThat(short23.budget().status().date()).isEqualTo(LocalDate.parse("2026-03-29"));
    assertThat(short23.budget().status().day().end())
        .as("a day of 23 hours")
        .isEqualTo(Instant.parse("2026-03-29T21:00:00Z"));
  }

  @Test
  void levels_areThoseOfTheAlerts() {
    TestBudget budget = new TestBudget("10", "0", clock);
    budget.spend("7.999999999");
    assertThat(budget.budget().status().day().level()).isEqualTo(Level.BELOW);
    budget.spend("0.000000001");
    assertThat(budget.budget().status().day().level()).isEqualTo(Level.NEAR);
    budget.spend("2");
    assertThat(budget.budget().status().day().level()).isEqualTo(Level.REACHED);
  }

  @Test
  void smallestLimit_isSpentByTheFirstCall_andNotBefore() {
    TestBudget budget = new TestBudget("0.000000001", "0", clock);
    assertThat(budget.budget().status().day().level()).isEqualTo(Level.BELOW);
    budget.spend("0.000000001");
    assertThat(budget.budget().look()).isTrue();
  }

  @Test
  void limits_haveBounds() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BudgetLimits(new Usd(-1), null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new BudgetLimits(null, Usd.MAX.plus(new Usd(1))));
    assertThat(new BudgetLimits(Usd.MAX, Usd.ZERO).isAny()).isTrue();
    assertThat(new BudgetLimits(Usd.ZERO, null).isAny()).isFalse();
  }

  @Test
  void eachChange_isALineInTheLog() {
    TestBudget budget = new TestBudget("1", "10", clock);
    try (LogCapture log = new LogCapture(Budget.class)) {
      spentOn(budget, 0, TODAY, "0.9");
      for (int i = 0; i < 3; i++) {
        budget.budget().look();
      }
      spentOn(budget, 1, TODAY, "0.3");
      for (int i = 0; i < 3; i++) {
        budget.budget().look();
      }
      budget.command(new BudgetLimits(usd("1.3"), null));
      budget.budget().look();
      budget.command(new BudgetLimits(Usd.ZERO, usd("1")));
      budget.budget().look();
      budget.command(new BudgetLimits(Usd.ZERO, Usd.ZERO));
      for (int i = 0; i < 3; i++) {
        budget.budget().look();
      }

      assertThat(log.lines())
          .containsExactly(
              "WARN 80 % of the day's budget are spent: 0.9 of 1 dollars",
              "ERROR The day's budget is spent, 1.2 of 1 dollars: no call begins until"
                  + " 2026-11-24T00:00:00Z or POST /api/budget",
              "INFO The day's budget lets calls begin again: 1.2 dollars are spent, limit 1.3",
              "ERROR The month's budget is spent, 1.2 of 1 dollars: no call begins until"
                  + " 2026-12-01T00:00:00Z or POST /api/budget",
              "INFO The month's budget lets calls begin again: 1.2 dollars are spent, limit none");
    }
  }
}
