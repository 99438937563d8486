package dev.explanations.worker.redrive;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The jobs of this process: one at a time, each on a thread of its own. Thread-safe. */
public final class RedriveJobs implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RedriveJobs.class);

  /** Runs that can still be asked about. */
  private static final int REMEMBERED = 20;

  /** A job that is interrupted aborts its transaction first. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(6);

  /** Runs a job on the thread that calls, as {@link Redrive#run} does. */
  @FunctionalInterface
  public interface Runner {
    RedriveReport run(RedriveJob job, RedriveProgress progress) throws InterruptedException;
  }

  private final Runner runner;
  private final Map<String, RedriveRun> runs = new LinkedHashMap<>();
  private @Nullable Thread thread;
  private boolean stopped;

  public RedriveJobs(Runner runner) {
    this.runner = runner;
  }

  /** Starts a job; empty while another one runs, and after {@link #stop}. */
  public synchronized Optional<RedriveRun> start(RedriveJob job) {
    if (stopped || running().isPresent()) {
      return Optional.empty();
    }
    RedriveRun run = new RedriveRun(job);
    runs.remove(job.id());
    runs.put(job.id(), run);
    if (runs.size() > REMEMBERED) {
      runs.remove(runs.keySet().iterator().next());
    }
    thread = Thread.ofPlatform().daemon().name("redrive").start(() -> run(run));
    return Optional.of(run);
  }

  /** The last run of a job that was started here not too many jobs ago. */
  public synchronized Optional<RedriveRun> find(String id) {
    return Optional.ofNullable(runs.get(id));
  }

  public synchronized Optional<RedriveRun> running() {
    return runs.values().stream()
        .filter(run -> run.state() instanceof RedriveRun.Running)
        .findFirst();
  }

  private void run(RedriveRun run) {
    try {
      run.end(new RedriveRun.Ended(runner.run(run.job(), run::progress)));
    } catch (InterruptedException e) {
      log.info("Redrive {} interrupted, its id goes on with it", run.job().id());
      run.end(new RedriveRun.Interrupted());
    } catch (RedriveException e) {
      run.end(new RedriveRun.Failed(true, String.valueOf(e.getMessage())));
    } catch (RuntimeException | Error e) {
      log.error("Redrive {} failed, its id goes on with it", run.job().id(), e);
      run.end(new RedriveRun.Failed(false, e.getClass().getSimpleName()));
    }
  }

  /** Interrupts the job that runs, and starts no more. */
  public synchronized void stop() {
    stopped = true;
    if (thread != null) {
      thread.interrupt();
    }
  }

  /** {@link #stop}, and waits for the job to leave Kafka in order; bounded. */
  @Override
  public void close() {
    stop();
    Optional<RedriveRun> last = running();
    try {
      if (last.isPresent()) {
        last.get().await(CLOSE_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
