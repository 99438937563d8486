package dev.explanations.lab.faults;

import dev.explanations.lab.faults.target.FaultTargets;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import java.util.Set;

/**
 * A planned fault. All its parameters are drawn from the seed when it is made, so that a run can be
 * repeated. Used by one thread.
 *
 * @param name with its parameters, for the report: for instance {@code kill w2}
 * @param holds targets that no other fault may act on from its beginning to its end: names of
 *     workers, and constants of {@link FaultTargets}
 * @param begins makes the fault happen. Most return within seconds; a fault of several steps may
 *     take a minute, and ends early when its thread is interrupted
 * @param ends puts things right again; does nothing for a fault of a moment. Called after any
 *     failure too
 */
public record Fault(FaultKind kind, String name, Set<String> holds, Step begins, Step ends) {

  /** Action on the targets. */
  @FunctionalInterface
  public interface Step {

    Step NOTHING = field -> {};

    void on(FaultTargets field) throws Exception;
  }
}
