package dev.explanations.worker.redrive;

/** Shows progress. Called on the thread that runs the job. */
@FunctionalInterface
public interface RedriveProgress {

  RedriveProgress NONE = (done, total) -> {};

  /** Offsets of the dead-letter topic: passed, and to pass in all. */
  void show(long done, long total);
}
