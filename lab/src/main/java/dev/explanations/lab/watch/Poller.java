package dev.explanations.lab.watch;

import java.time.Duration;

/** Does something again and again, on a thread of its own, until it is closed. */
public final class Poller implements AutoCloseable {

  /** Called on the poller's thread; an interruption ends the polling. */
  @FunctionalInterface
  public interface Step {

    void run() throws InterruptedException;
  }

  private final Thread thread;

  private Poller(Thread thread) {
    this.thread = thread;
  }

  /**
   * Begins with a first step at once.
   *
   * @param interval between the end of a step and the beginning of the next
   */
  public static Poller start(String name, Duration interval, Step step) {
    return new Poller(Thread.ofPlatform().name(name).daemon().start(() -> repeat(interval, step)));
  }

  private static void repeat(Duration interval, Step step) {
    try {
      while (true) {
        step.run();
        Thread.sleep(interval);
      }
    } catch (InterruptedException e) {
      // close() ends the polling
    }
  }

  /** Returns when no step runs any more. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
