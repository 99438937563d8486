package dev.explanations.lab.faults;

import dev.explanations.lab.faults.target.FaultTargets;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import java.util.Set;

/** A fault made of two steps. */
record Action(FaultKind kind, String name, Set<String> holds, Step begins, Step ends)
    implements Fault {

  /** Does something to the field. */
  @FunctionalInterface
  interface Step {
    Step NOTHING = field -> {};

    void on(FaultTargets field) throws Exception;
  }

  /** A fault of a moment. */
  static Action once(FaultKind kind, String name, Set<String> holds, Step step) {
    return new Action(kind, name, holds, step, Step.NOTHING);
  }

  @Override
  public void begin(FaultTargets field) throws Exception {
    begins.on(field);
  }

  @Override
  public void end(FaultTargets field) throws Exception {
    ends.on(field);
  }
}
