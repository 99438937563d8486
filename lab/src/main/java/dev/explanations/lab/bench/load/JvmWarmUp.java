package dev.explanations.lab.bench.load;

import java.time.Duration;

/**
 * Lets a backlog be worked off until the rate is steady: a JVM that still compiles is no baseline.
 *
 * @param atLeast results, of which nothing is measured
 * @param atMost where it is taken as it is
 */
public record JvmWarmUp(int atLeast, int atMost) {

  private static final int WINDOW = 500;

  /** Two windows that differ by less are alike. */
  private static final double ALIKE = 0.03;

  /**
   * Returns when enough is answered of what was asked.
   *
   * @param load that asks for nothing else meanwhile, with {@link #atMost} requests waiting or more
   */
  public void run(Load load, Report report) throws InterruptedException {
    int waiting = load.waiting();
    int answered = 0;
    double before = 0;
    double rate = 0;
    boolean steady = false;
    while (answered + WINDOW <= atMost && !(steady && answered >= atLeast)) {
      long start = System.nanoTime();
      answered += WINDOW;
      load.awaitAtMostWaiting(waiting - answered);
      before = rate;
      rate = Report.perSecond(WINDOW, Duration.ofNanos(System.nanoTime() - start));
      steady = Math.abs(rate / before - 1) < ALIKE;
    }
    report.line(
        "warm-up",
        "%,d results, the last %d at %,.1f/s, those before at %,.1f/s"
            .formatted(answered, WINDOW, rate, before));
  }
}
