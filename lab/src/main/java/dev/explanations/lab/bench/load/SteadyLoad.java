package dev.explanations.lab.bench.load;

import java.time.Duration;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks requests at a steady rate on a thread of its own, until it is closed. Its own methods are
 * for one thread.
 */
public final class SteadyLoad implements AutoCloseable {

  private final Load load;
  private final int perSecond;
  private final IntUnaryOperator subjects;
  private final Thread thread = Thread.ofPlatform().name("steady-load").unstarted(this::ask);
  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;

  private SteadyLoad(Load load, int perSecond, IntUnaryOperator subjects) {
    this.subjects = subjects;
    this.load = load;
    this.perSecond = perSecond;
  }

  /** Unique requests. */
  public static SteadyLoad start(Load load, int perSecond) {
    return start(load, perSecond, number -> number);
  }

  /**
   * @param subjects from the number of a request in the load to that of its subject
   */
  public static SteadyLoad start(Load load, int perSecond, IntUnaryOperator subjects) {
    SteadyLoad steady = new SteadyLoad(load, perSecond, subjects);
    steady.thread.start();
    return steady;
  }

  /**
   * Lets it go on for a while.
   *
   * @return the number of the first request after that
   */
  public int goOnFor(Duration time) throws InterruptedException {
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
        load.ask(perSecond, perSecond, i -> subjects.applyAsInt(load.requests()));
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }
}
