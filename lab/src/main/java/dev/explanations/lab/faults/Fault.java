package dev.explanations.lab.faults;

import dev.explanations.lab.faults.target.FaultTargets;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import java.util.Set;

/**
 * An accident, planned but not begun. All that it will do is drawn from the seed when it is made,
 * so that a run can be repeated. Used by one thread.
 *
 * @param name with its parameters, for the report: for instance {@code kill w2}
 * @param holds names of what no other fault may act on from its beginning to its end: workers, and
 *     constants of {@link FaultTargets}
 * @param begins makes it happen. Most return within seconds; a fault of several steps may take a
 *     minute, and ends early when its thread is interrupted
 * @param ends puts things right again; does nothing for a fault of a moment. Called after any
 *     failure too
 */
public record Fault(FaultKind kind, String name, Set<String> holds, Step begins, Step ends) {

  /** Does something to the field. */
  @FunctionalInterface
  public interface Step {

    Step NOTHING = field -> {};

    void on(FaultTargets field) throws Exception;
  }
}
