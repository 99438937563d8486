package dev.explanations.lab.bench.trouble;

import dev.explanations.lab.bench.rig.Scenario;

/** A run in which calls or Redis fail: few calls in flight show that as well as many. */
abstract class FailureScenario extends Scenario {

  @Override
  public final int usualInFlight() {
    return 64;
  }
}
