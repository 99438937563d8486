package dev.explanations.worker.spending;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.explanation.WireName;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * The budget at one moment.
 *
 * @param date today in {@code zone}
 * @param dearest highest cost of a single call that was ever seen
 */
public record BudgetStatus(ZoneId zone, LocalDate date, Period day, Period month, Usd dearest) {

  /** Period of a limit. */
  public enum Span implements WireName {
    DAY,
    MONTH
  }

  /** Origin of a limit. */
  public enum Source implements WireName {
    SETTINGS,
    COMMAND
  }

  /** Ordered by severity, mildest first. */
  enum Level {
    BELOW,
    /** At least four fifths of the limit. */
    NEAR,
    REACHED
  }

  /**
   * The present day or month.
   *
   * @param limit {@code null} is none
   * @param source origin of the limit, also of none
   * @param charged cost that counts for the limit: each call of unknown cost counts as the dearest
   * @param end when the next one begins
   */
  public record Period(
      Span span, @Nullable Usd limit, Source source, Charge spent, Usd charged, Instant end) {

    public boolean isExhausted() {
      return level() == Level.REACHED;
    }

    Level level() {
      if (limit == null) {
        return Level.BELOW;
      }
      return charged.compareTo(limit) >= 0
          ? Level.REACHED
          : charged.nanos() >= limit.nanos() - limit.nanos() / 5 ? Level.NEAR : Level.BELOW;
    }
  }

  /** The period whose limit lets no call begin for the longest; {@code null} if there is none. */
  public @Nullable Period exhausted() {
    return month.isExhausted() ? month : day.isExhausted() ? day : null;
  }
}
