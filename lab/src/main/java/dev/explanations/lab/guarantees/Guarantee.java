package dev.explanations.lab.guarantees;

import java.util.List;

/**
 * A promise, watched from outside. Its methods are called by one thread at a time, in the order of
 * arrival. Memory is bounded by what is open: an hour of load must fit into some 100 MB.
 */
public interface Guarantee {

  /** As in {@code docs/guarantees.md}, for instance {@code SingleFlight}. */
  default String name() {
    return getClass().getSimpleName();
  }

  void saw(Observation observation);

  /** Violations so far. Something missing is none yet: it may still come. */
  List<Violation> soFar();

  /** Violations at the end, when nothing runs any more: something missing is one now. */
  List<Violation> judge();
}
