package dev.explanations.worker.metrics;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.spending.Ledger;
import java.time.LocalDate;
import java.time.YearMonth;

/** What all workers have spent today and this month, and the limits of that. */
public record Spending(Period day, Period month) {

  /**
   * One day or month.
   *
   * @param charged cost, with each call of unknown cost at that of the dearest call seen
   * @param budget zero is none
   * @param unknown calls that may have been billed without anybody knowing for what
   */
  public record Period(Usd charged, Usd budget, long unknown) {

    public static Period of(Charge charge, Usd dearest, Usd budget) {
      return new Period(charge.atMost(dearest), budget, charge.unknown());
    }
  }

  /** Spending without a limit. */
  public static Spending of(Ledger ledger, LocalDate today) {
    Usd dearest = ledger.dearest();
    return new Spending(
        Period.of(ledger.on(today), dearest, Usd.ZERO),
        Period.of(ledger.on(YearMonth.from(today)), dearest, Usd.ZERO));
  }
}
