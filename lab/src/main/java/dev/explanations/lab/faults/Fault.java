package dev.explanations.lab.faults;

import dev.explanations.lab.faults.target.FaultTargets;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import java.util.Set;

/**
 * An accident, planned but not begun. All that it will do is drawn from the seed when it is made,
 * so that a run can be repeated. Used by one thread.
 */
public interface Fault {

  FaultKind kind();

  /** With its parameters, for the report: for instance {@code kill w2}. */
  String name();

  /**
   * Names of what no other fault may act on from {@link #begin} to {@link #end}: workers, and
   * constants of {@link FaultTargets}.
   */
  Set<String> holds();

  /**
   * Makes it happen. Most return within seconds; a fault of several steps may take a minute, and
   * ends early when its thread is interrupted.
   */
  void begin(FaultTargets field) throws Exception;

  /**
   * Puts things right again; does nothing for a fault of a moment. Called after any failure too.
   */
  default void end(FaultTargets field) throws Exception {}
}
