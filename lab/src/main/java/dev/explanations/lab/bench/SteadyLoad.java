package dev.explanations.lab.bench;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks unique requests at a steady rate on a thread of its own, until it is closed. Its own methods
 * are for one thread.
 */
final class SteadyLoad implements AutoCloseable {

  private final Load load;
  private final int perSecond;
  private final Thread thread = Thread.ofPlatform().name("steady-load").unstarted(this::ask);
  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;

  private SteadyLoad(Load load, int perSecond) {
    this.load = load;
    this.perSecond = perSecond;
  }

  static SteadyLoad start(Load load, int perSecond) {
    SteadyLoad steady = new SteadyLoad(load, perSecond);
    steady.thread.start();
    return steady;
  }

  /**
   * Lets it go on for a while.
   *
   * @return the number of the first request after that
   */
  int goOnFor(Duration time) throws InterruptedException {
    Thread.sleep(time);
    RuntimeException broken = failure;
    if (broken != null) {
      throw broken;
    }
    return load.requests();
  }

  /** Returns when nothing more is asked. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() {
    try {
      while (!closed) {
        // a second's worth
        load.ask(perSecond, perSecond, i -> load.requests());
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }
}
