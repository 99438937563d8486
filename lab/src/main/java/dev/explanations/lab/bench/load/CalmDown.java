package dev.explanations.lab.bench.load;

import java.time.Duration;

/**
 * Lets a steady load go on until latencies are calm, which those of young JVMs are not.
 *
 * @param call how long a call takes
 * @param atMost after which it is taken as it is
 */
public record CalmDown(Duration call, Duration atMost) {

  private static final Duration WINDOW = Duration.ofSeconds(5);

  /** Of windows that must be calm, one after another. */
  private static final int WINDOWS = 3;

  /** A p99 below so many calls is calm. */
  public static final int FACTOR = 3;

  public void run(SteadyLoad asking, Load load, Report report) throws InterruptedException {
    long start = System.nanoTime();
    Duration taken = Duration.ZERO;
    int calm = 0;
    Phase window = load.phase(0, 0);
    while (calm < WINDOWS && taken.compareTo(atMost) < 0) {
      int from = load.requests();
      int to = asking.goOnFor(WINDOW);
      // time enough for the last to be answered
      asking.goOnFor(call.multipliedBy(FACTOR));
      window = load.phase(from, to);
      boolean isCalm =
          window.lost() == 0 && window.latency(0.99).compareTo(call.multipliedBy(FACTOR)) < 0;
      calm = isCalm ? calm + 1 : 0;
      taken = Duration.ofNanos(System.nanoTime() - start);
    }
    report.line(
        "warm-up",
        "%s, %s; of %d requests within %d s %d unanswered a moment later, p50 %s, p99 %s"
            .formatted(
                Report.seconds(taken),
                calm == WINDOWS ? "calm" : "NOT CALM",
                window.requests(),
                WINDOW.toSeconds(),
                window.lost(),
                Report.millis(window.latency(0.5)),
                Report.millis(window.latency(0.99))));
  }
}
