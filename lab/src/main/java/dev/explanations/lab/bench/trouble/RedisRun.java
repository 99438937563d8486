package dev.explanations.lab.bench.trouble;

import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.bench.load.Phase;
import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.redis.RedisTrouble;
import dev.explanations.lab.redis.RedisTroubles;
import dev.explanations.lab.watch.ChangeHistory;
import dev.explanations.lab.watch.WorkerWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * A run whose Redis fails in the middle of a backlog.
 *
 * @param load with more waiting than thrice the size
 * @param size results of each of the three phases
 */
record RedisRun(
    RedisTroubles redis, RedisTrouble trouble, WorkerProcess worker, Load load, int size) {

  private static final String WELL = "healthy";
  private static final String UNWELL = "degraded";

  /** Part of their throughput that misses may lose. */
  private static final double ENOUGH = 0.9;

  private static final Duration SOON = Duration.ofSeconds(5);

  /** A Redis that was full counts as well half a minute after it last refused a write. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * Figures of the run.
   *
   * @param before number of the first result of that phase, like the other two
   * @param begun {@link System#nanoTime} of the trouble's begin
   * @param unused from the trouble's end until Redis was written again; negative when it was not
   */
  private record Seen(int before, int during, int after, long begun, long ended, Duration unused) {}

  void measure(Report report) throws IOException, InterruptedException {
    try (WorkerWatch watch = WorkerWatch.start(worker.httpPort(), change -> {});
        RedisUse use = new RedisUse(worker)) {
      Seen seen = run(use);
      load.awaitAll();
      watch.awaitHealth(WELL, PATIENCE);
      report(seen, watch.history(), report);
    }
  }

  private Seen run(RedisUse use) throws IOException, InterruptedException {
    int before = answered();
    awaitMore();

    int during = answered();
    long begun = System.nanoTime();
    redis.begin(trouble);
    awaitMore();

    int after = answered();
    long sets = use.sets();
    long ended = System.nanoTime();
    redis.end(trouble);
    boolean used = use.awaitMoreSets(sets, PATIENCE);
    Duration unused = Duration.ofNanos(used ? System.nanoTime() - ended : -1);
    return new Seen(before, during, after, begun, ended, unused);
  }

  private int answered() {
    return load.requests() - load.waiting();
  }

  private void awaitMore() throws InterruptedException {
    load.awaitAtMostWaiting(load.waiting() - size);
  }

  private void report(Seen seen, ChangeHistory health, Report report) {
    Phase all = load.phase(0, load.requests());
    report.answers(load, all);
    double before = rate(report, "before", all, seen.before());
    double during = rate(report, "during", all, seen.during());
    double after = rate(report, "after", all, seen.after());
    Duration degraded = since(seen.begun(), health.firstSince(UNWELL, seen.begun()));
    Duration healthy = since(seen.ended(), health.firstSince(WELL, seen.ended()));
    report.line(
        "health",
        "degraded after %s, healthy %s after the trouble; seen degraded %d times before"
            .formatted(orNever(degraded), orNever(healthy), tooEarly(health, seen.begun())));
    boolean met =
        during >= ENOUGH * before
            && all.lost() + all.doubled() == 0
            && !degraded.isNegative()
            && !healthy.isNegative()
            && !seen.unused().isNegative()
            && seen.unused().compareTo(SOON) <= 0;
    report.verdict(
        met,
        "during/before %.3f (asked %.1f), after/before %.3f, used again after %s (asked %s)"
            .formatted(
                during / before,
                ENOUGH,
                after / before,
                orNever(seen.unused()),
                Report.seconds(SOON)));
  }

  private double rate(Report report, String subject, Phase all, int from) {
    double whole = all.rate(from, from + size);
    double steady = all.rate(from + size / 10, from + size / 10 * 9);
    report.line(
        subject,
        "%,.1f/s, 10th to 90th percentile %,.1f/s, longest time without a result %s"
            .formatted(whole, steady, Report.millis(all.longestGap(from, from + size))));
    return whole;
  }

  /** On an overloaded machine Redis may seem lost without any trouble. */
  private static long tooEarly(ChangeHistory health, long begun) {
    return health.changes().stream()
        .filter(change -> change.ofHealth() && change.now().health().equals(UNWELL))
        .filter(change -> change.nanos() - begun < 0)
        .count();
  }

  private static Duration since(long nanos, OptionalLong seen) {
    return Duration.ofNanos(seen.isPresent() ? seen.getAsLong() - nanos : -1);
  }

  private static String orNever(Duration seen) {
    return seen.isNegative() ? "never" : Report.seconds(seen);
  }
}
