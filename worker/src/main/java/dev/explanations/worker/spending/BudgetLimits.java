package dev.explanations.worker.spending;

import dev.explanations.worker.explanation.Usd;
import org.jspecify.annotations.Nullable;

/**
 * Limits of what all workers together may spend in a day and in a month, by command. Zero is no
 * limit; {@code null} is the limit of the settings.
 */
public record BudgetLimits(@Nullable Usd perDay, @Nullable Usd perMonth) {

  public static final BudgetLimits OF_SETTINGS = new BudgetLimits(null, null);

  public BudgetLimits {
    if (!isSound(perDay) || !isSound(perMonth)) {
      throw new IllegalArgumentException("no limit of a budget");
    }
  }

  private static boolean isSound(@Nullable Usd limit) {
    return limit == null || (limit.compareTo(Usd.ZERO) >= 0 && limit.compareTo(Usd.MAX) <= 0);
  }

  /** Whether there is a limit above zero. */
  public boolean isAny() {
    return isAny(perDay) || isAny(perMonth);
  }

  private static boolean isAny(@Nullable Usd limit) {
    return limit != null && limit.compareTo(Usd.ZERO) > 0;
  }
}
