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

  /** All that broke the promise so far; what is only missing may still come. */
  List<Violation> soFar();

  /** The same when nothing runs any more, and all has been seen: what is missing counts too. */
  List<Violation> judge();
}
