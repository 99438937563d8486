package dev.explanations.worker.explanation;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Money in US dollars.
 *
 * @param nanos billionths of a dollar: a token costs hundreds of them
 */
public record Usd(long nanos) implements Comparable<Usd> {

  public static final Usd ZERO = new Usd(0);

  /** A million dollars: bound for amounts from outside, so that no sum overflows. */
  public static final Usd MAX = new Usd(1_000_000_000_000_000L);

  private static final int DIGITS = 9;

  /** Rounds up to billionths: an amount above zero stays above zero. */
  public static Usd of(BigDecimal dollars) {
    return new Usd(
        dollars.movePointRight(DIGITS).setScale(0, RoundingMode.CEILING).longValueExact());
  }

  public Usd plus(Usd other) {
    return new Usd(Math.addExact(nanos, other.nanos));
  }

  public Usd max(Usd other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** In dollars, exactly. */
  public BigDecimal dollars() {
    return BigDecimal.valueOf(nanos, DIGITS);
  }

  @Override
  public int compareTo(Usd other) {
    return Long.compare(nanos, other.nanos);
  }
}
