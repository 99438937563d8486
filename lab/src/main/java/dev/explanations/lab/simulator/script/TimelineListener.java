package dev.explanations.lab.simulator.script;

/**
 * Hears how a timeline goes on, in order, from threads of the simulator: it must return soon and
 * not throw.
 */
@FunctionalInterface
public interface TimelineListener {

  TimelineListener NONE = phase -> {};

  /** Calls that arrive from now on belong to that phase. */
  void began(Timeline.Phase phase);

  /** The last phase is over. Not called for a timeline that was stopped or replaced. */
  default void over() {}
}
