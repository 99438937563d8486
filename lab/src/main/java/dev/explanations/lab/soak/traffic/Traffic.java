package dev.explanations.lab.soak.traffic;

import dev.explanations.lab.submit.Pacer;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Publishes requests on the calling thread: at the usual rate, but for a tenth of the time in the
 * middle with more new questions than can be answered.
 */
public final class Traffic {

  /**
   * Share of the run after which more is asked than can be answered, until {@link #OVERLOAD_ENDS}.
   */
  private static final double OVERLOAD_BEGINS = 0.45;

  private static final double OVERLOAD_ENDS = 0.55;

  private static final long HOT_FAILS_EVERY = Duration.ofSeconds(90).toNanos();
  private static final int MOST_FAILURES = 5;

  private final RequestPublisher requests;
  private final RequestDraw asks;
  private final IntConsumer failHot;
  private final double usual;
  private final double overload;
  private long hotFails = System.nanoTime() + HOT_FAILS_EVERY;
  private int failures = 1;
  private volatile boolean stopped;

  /**
   * @param failHot makes the given number of next calls for the hot question fail
   * @param usual requests a second
   * @param overload requests a second, all of new questions, for a tenth of the time
   */
  public Traffic(
      RequestPublisher requests,
      RequestDraw asks,
      IntConsumer failHot,
      double usual,
      double overload) {
    this.requests = requests;
    this.asks = asks;
    this.failHot = failHot;
    this.usual = usual;
    this.overload = overload;
  }

  /** Publishes until the time is over or {@link #stop} is called. */
  public void run(Duration lasts) {
    phase(lasts, OVERLOAD_BEGINS, usual, false);
    phase(lasts, OVERLOAD_ENDS - OVERLOAD_BEGINS, overload, true);
    phase(lasts, 1 - OVERLOAD_ENDS, usual, false);
  }

  public void stop() {
    stopped = true;
  }

  private void phase(Duration whole, double share, double rate, boolean onlyNew) {
    long end = System.nanoTime() + (long) (whole.toNanos() * share);
    BooleanSupplier goesOn = () -> !stopped && System.nanoTime() < end;
    Pacer pacer = new Pacer(rate);
    while (goesOn.getAsBoolean()) {
      pacer.await();
      requests.publish(onlyNew ? asks.nextNew() : asks.next());
      if (System.nanoTime() >= hotFails) {
        hotFails += HOT_FAILS_EVERY;
        failHot.accept(failures);
        failures = failures % MOST_FAILURES + 1;
      }
    }
  }
}
