package dev.explanations.worker.dispatch;

/** Gives each task its way to the dispatcher. */
@FunctionalInterface
public interface Lanes {

  /** Opens the lane of a task; an earlier lane of the same partition ends with it. */
  Lane open(int partition);
}
