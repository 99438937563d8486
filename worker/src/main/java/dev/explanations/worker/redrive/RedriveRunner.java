package dev.explanations.worker.redrive;

/** Runs a job on the thread that calls, as {@link Redrive#run} does. */
@FunctionalInterface
public interface RedriveRunner {
  RedriveReport run(RedriveJob job, RedriveProgress progress) throws InterruptedException;
}
