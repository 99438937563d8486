package dev.explanations.worker.explanation;

import org.jspecify.annotations.Nullable;

/**
 * What calls to Gemini cost: that of one outcome, or a sum.
 *
 * @param cost of the calls whose price is known
 * @param unpriced calls that were billed and whose model has no price; their tokens are counted
 * @param unknown calls that may have been billed without anybody knowing for what: cut off by a
 *     time limit, a lost connection or the end of a process
 */
public record Charge(
    long calls, long promptTokens, long outputTokens, Usd cost, long unpriced, long unknown) {

  /** No call. */
  public static final Charge NONE = new Charge(0, 0, 0, Usd.ZERO, 0, 0);

  /** A call of which nobody knows whether it was billed. */
  public static final Charge UNKNOWN = new Charge(1, 0, 0, Usd.ZERO, 0, 1);

  /** A call; {@code cost} is {@code null} if its model has no price. */
  public static Charge of(Usage usage, @Nullable Usd cost) {
    boolean billed = usage.promptTokens() + usage.outputTokens() > 0;
    return new Charge(
        1,
        usage.promptTokens(),
        usage.outputTokens(),
        cost == null ? Usd.ZERO : cost,
        billed && cost == null ? 1 : 0,
        0);
  }

  public Charge plus(Charge other) {
    return new Charge(
        calls + other.calls,
        promptTokens + other.promptTokens,
        outputTokens + other.outputTokens,
        cost.plus(other.cost),
        unpriced + other.unpriced,
        unknown + other.unknown);
  }

  /** The cost of all calls; {@code null} if that of any is not known. */
  public @Nullable Usd total() {
    return unpriced + unknown == 0 ? cost : null;
  }

  /** The cost for a budget, with calls of unknown cost at the given price each. */
  public Usd atMost(Usd dearest) {
    long guessed = unpriced + unknown;
    long room = Long.MAX_VALUE - cost.nanos();
    // a total that another process wrote may be any number
    return guessed > 0 && dearest.nanos() > room / guessed
        ? new Usd(Long.MAX_VALUE)
        : cost.plus(new Usd(dearest.nanos() * guessed));
  }
}
