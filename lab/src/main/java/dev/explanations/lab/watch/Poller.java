package dev.explanations.lab.watch;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Does something again and again, on a thread of its own, until it is closed. */
public final class Poller implements AutoCloseable {

  /** Called on the poller's thread; an interruption, or a failure, ends the polling. */
  @FunctionalInterface
  public interface Step {

    void run() throws InterruptedException;
  }

  private final Thread thread;
  private volatile @Nullable RuntimeException failure;

  private Poller(String name, Duration interval, Step step) {
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(() -> repeat(interval, step));
  }

  /**
   * Begins with a first step at once.
   *
   * @param interval between the end of a step and the beginning of the next
   */
  public static Poller start(String name, Duration interval, Step step) {
    Poller poller = new Poller(name, interval, step);
    poller.thread.start();
    return poller;
  }

  private void repeat(Duration interval, Step step) {
    try {
      while (true) {
        step.run();
        Thread.sleep(interval);
      }
    } catch (InterruptedException e) {
      // close() ends the polling
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  /**
   * Returns when no step runs any more.
   *
   * @throws IllegalStateException if a failure had ended the polling before
   */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    RuntimeException cause = failure;
    if (cause != null) {
      throw new IllegalStateException(thread.getName() + " has ended early", cause);
    }
  }
}
