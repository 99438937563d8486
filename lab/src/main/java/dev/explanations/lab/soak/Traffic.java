package dev.explanations.lab.soak;

import dev.explanations.lab.submit.Pacer;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Publishes on a thread of its own: as fast as usual, for some time with more new questions than
 * can be answered, at the end slowly or not at all.
 */
final class Traffic {

  /** Of the time: from here to there more is asked than can be answered. */
  private static final double OVERLOAD_BEGINS = 0.45;

  private static final double OVERLOAD_ENDS = 0.55;

  private final Requests requests;
  private final Asks asks;
  private final double usual;
  private final double overload;
  private volatile boolean stopped;

  /**
   * @param usual requests a second
   * @param overload the same, all of new questions
   */
  Traffic(Requests requests, Asks asks, double usual, double overload) {
    this.requests = requests;
    this.asks = asks;
    this.usual = usual;
    this.overload = overload;
  }

  /** Returns when the time is over or {@link #stop} was called. */
  void run(Duration lasts) {
    phase(lasts, OVERLOAD_BEGINS, usual, false);
    phase(lasts, OVERLOAD_ENDS - OVERLOAD_BEGINS, overload, true);
    phase(lasts, 1 - OVERLOAD_ENDS, usual, false);
  }

  void stop() {
    stopped = true;
  }

  private void phase(Duration whole, double share, double rate, boolean onlyNew) {
    long end = System.nanoTime() + (long) (whole.toNanos() * share);
    BooleanSupplier goesOn = () -> !stopped && System.nanoTime() < end;
    Pacer pacer = new Pacer(rate);
    while (goesOn.getAsBoolean()) {
      pacer.await();
      requests.publish(onlyNew ? asks.nextNew() : asks.next());
    }
  }
}
