package dev.explanations.worker.dispatch;

/** Opens the lanes of tasks. Thread-safe. */
@FunctionalInterface
public interface Lanes {

  /** Opens the lane of a task; an earlier lane of the same partition ends with it. */
  Lane open(int partition);
}
