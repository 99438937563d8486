package dev.explanations.worker.metrics;

import dev.explanations.worker.settings.Settings.Prices;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Estimates what tokens have cost. */
record Cost(Prices prices) {
  private static final double MILLION = 1_000_000;

  /** In US dollars; {@code null} if no price is known. */
  @Nullable Double of(double promptTokens, double outputTokens) {
    boolean known =
        prices.prompt().compareTo(BigDecimal.ZERO) > 0
            || prices.output().compareTo(BigDecimal.ZERO) > 0;
    return known
        ? (promptTokens * prices.prompt().doubleValue()
                + outputTokens * prices.output().doubleValue())
            / MILLION
        : null;
  }
}
