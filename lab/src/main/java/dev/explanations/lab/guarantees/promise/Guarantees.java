package dev.explanations.lab.guarantees.promise;

import dev.explanations.lab.guarantees.Guarantee;
import dev.explanations.lab.guarantees.Limits;
import dev.explanations.lab.guarantees.WallClock;
import java.util.List;

/** All guarantees, in the order of the report. */
public final class Guarantees {

  private Guarantees() {}

  /**
   * Creates all guarantees. Call it before anything has been requested.
   *
   * @param secrets texts that may be emitted nowhere, each of 8 characters at least
   */
  public static List<Guarantee> all(Limits limits, List<String> secrets) {
    WallClock clock = WallClock.now();
    return List.of(
        new EveryRequestAnsweredOnce(),
        new NoCallWhileOpen(limits),
        new SingleFlight(limits),
        new OneAttemptPerRound(limits, clock),
        new NoWrongAnswer(),
        new OnlyCompleteAnswersCached(),
        new NothingOldAfterClear(),
        new DeadlinesKept(limits, clock),
        new LimitsKept(limits),
        new CallsAccounted(limits),
        new HeadersCarried(),
        new NothingSecretEmitted(secrets),
        new StreamNeverStops(limits));
  }
}
