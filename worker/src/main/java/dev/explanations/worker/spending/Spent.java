package dev.explanations.worker.spending;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import java.time.LocalDate;
import java.time.YearMonth;

/**
 * Charges of one partition, in its last day and in the month of that day. A value only grows,
 * unless a clock was ahead by days: of two values of a partition, the later is the larger.
 *
 * @param day by {@code BUDGET_TIME_ZONE}
 * @param dearest highest cost of a single call ever seen
 */
public record Spent(LocalDate day, Charge onDay, Charge inMonth, Usd dearest) {

  public static final Spent NOTHING =
      new Spent(LocalDate.EPOCH, Charge.NONE, Charge.NONE, Usd.ZERO);

  /**
   * Adds the charge of one outcome; to the last day, if the clock was set back by less than a day
   * since. Begins anew if the last day is further ahead: its charges are counted on no day.
   */
  public Spent plus(Charge charge, LocalDate today) {
    Spent before = today.isAfter(day) || isAheadOf(today) ? begin(today) : this;
    return new Spent(
        before.day,
        before.onDay.plus(charge),
        before.inMonth.plus(charge),
        dearest.max(charge.cost()));
  }

  private Spent begin(LocalDate today) {
    return new Spent(today, Charge.NONE, on(YearMonth.from(today)), dearest);
  }

  /** Whether a clock must have been wrong: no time zone is more than a day ahead of another. */
  boolean isAheadOf(LocalDate today) {
    return day.isAfter(today.plusDays(1));
  }

  /**
   * Charges of that day. Those of the day after count as well: a clock was ahead, and what is
   * charged until then is added to them.
   */
  public Charge on(LocalDate date) {
    return date.equals(day) || date.equals(day.minusDays(1)) ? onDay : Charge.NONE;
  }

  /** Charges of that month; also those of the next one, if its first day is {@link #day}. */
  public Charge on(YearMonth month) {
    return month.equals(YearMonth.from(day)) || month.equals(YearMonth.from(day.minusDays(1)))
        ? inMonth
        : Charge.NONE;
  }

  /** The later of two values of the same partition. */
  public Spent or(Spent other) {
    int days = day.compareTo(other.day);
    return days > 0 || (days == 0 && inMonth.calls() >= other.inMonth.calls()) ? this : other;
  }
}
