package dev.explanations.worker.spending;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;

/** A sum of charges that come and go. Not thread-safe. */
final class Sum {

  private long calls;
  private long promptTokens;
  private long outputTokens;
  private long nanos;
  private long unpriced;
  private long unknown;

  void add(Charge charge) {
    add(charge, 1);
  }

  void subtract(Charge charge) {
    add(charge, -1);
  }

  private void add(Charge charge, int sign) {
    calls += sign * charge.calls();
    promptTokens += sign * charge.promptTokens();
    outputTokens += sign * charge.outputTokens();
    nanos += sign * charge.cost().nanos();
    unpriced += sign * charge.unpriced();
    unknown += sign * charge.unknown();
  }

  Charge charge() {
    return new Charge(calls, promptTokens, outputTokens, new Usd(nanos), unpriced, unknown);
  }
}
