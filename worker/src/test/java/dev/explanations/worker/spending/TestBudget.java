package dev.explanations.worker.spending;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.settings.Settings;
import java.math.BigDecimal;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicInteger;

/** A budget with limits in dollars, zero for none, and what is spent of it. */
public final class TestBudget {

  private final Ledger ledger = Ledgers.ofAnyDay();
  private final AtomicInteger calls = new AtomicInteger();
  private final Budget budget;
  private volatile BudgetLimits command = BudgetLimits.OF_SETTINGS;

  public TestBudget(String perDay, String perMonth, InstantSource clock) {
    this(perDay, perMonth, clock, ZoneId.of("UTC"));
  }

  TestBudget(String perDay, String perMonth, InstantSource clock, ZoneId zone) {
    this.budget =
        new Budget(
            new Settings.Budget(usd(perDay), usd(perMonth), zone), () -> command, ledger, clock);
  }

  /** No limit. */
  public static Budget none() {
    return new TestBudget("0", "0", InstantSource.system()).budget();
  }

  public Budget budget() {
    return budget;
  }

  Ledger ledger() {
    return ledger;
  }

  public static Usd usd(String dollars) {
    return Usd.of(new BigDecimal(dollars));
  }

  /** A call of this worker has ended, and its outcome is not read. */
  public void spend(String dollars) {
    ledger.ended(0, "call-" + calls.getAndIncrement(), charge(dollars));
  }

  static Charge charge(String dollars) {
    return Charge.of(new Usage(3, 4, 7), usd(dollars));
  }

  public void command(BudgetLimits limits) {
    command = limits;
  }
}
