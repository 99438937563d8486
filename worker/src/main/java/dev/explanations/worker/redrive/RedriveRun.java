package dev.explanations.worker.redrive;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One run of a job in this process, and its state. Thread-safe. */
public final class RedriveRun {

  private final RedriveJob job;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile State state = new Running(0, 0);

  RedriveRun(RedriveJob job) {
    this.job = job;
  }

  public sealed interface State {}

  /** Offsets of the dead-letter topic: passed, and to pass in all; 0 while that is not known. */
  public record Running(long done, long total) implements State {}

  public record Ended(RedriveReport report) implements State {}

  /** The worker stopped; a run with the same id does the rest. */
  public record Interrupted() implements State {}

  /**
   * @param refused the job cannot be run as it is; otherwise Kafka failed, and a run with the same
   *     id may do the rest
   * @param error for the person who asked, without secrets
   */
  public record Failed(boolean refused, String error) implements State {}

  public RedriveJob job() {
    return job;
  }

  public State state() {
    return state;
  }

  /** Waits for the end of the run, at most this long. */
  public void await(Duration atMost) throws InterruptedException {
    // the state tells what came of it
    var _ = ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  void progress(long done, long total) {
    state = new Running(done, total);
  }

  void end(State last) {
    state = last;
    ended.countDown();
  }
}
