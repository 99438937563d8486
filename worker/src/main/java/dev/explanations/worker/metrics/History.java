package dev.explanations.worker.metrics;

import dev.explanations.worker.health.Fields;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Samples of the last fifteen minutes, for charts: one every five seconds, taken on a thread of its
 * own. Thread-safe.
 */
public final class History implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(History.class);
  static final Duration INTERVAL = Duration.ofSeconds(5);
  static final int SAMPLES = 180;
  private static final double NANOS = 1e9;
  private static final int SECONDS_PER_HOUR = 3600;

  private final Supplier<Snapshot> snapshots;
  private final Clock clock;
  private final Duration interval;
  private final Deque<Fields> samples = new ArrayDeque<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("history").factory());
  private @Nullable Instant lastAt;
  private @Nullable Snapshot last;

  /** Used by the timer's thread only. */
  private boolean failing;

  /**
   * Totals since the start, and gauges, at one moment.
   *
   * @param results of all kinds
   * @param calls to Gemini that have begun
   * @param cost of the calls whose price is known, in dollars
   * @param present gauges, which a sample takes over as they are
   */
  record Snapshot(long received, long results, long calls, double cost, Fields present) {}

  /** Takes no sample before {@link #start}. */
  public History(Meters meters, Gauges gauges, Clock clock) {
    this(() -> snapshot(meters, gauges), clock, INTERVAL);
  }

  /** {@code snapshots} must not wait for anything; an exception leaves a gap. */
  History(Supplier<Snapshot> snapshots, Clock clock, Duration interval) {
    this.snapshots = snapshots;
    this.clock = clock;
    this.interval = interval;
  }

  static Snapshot snapshot(Meters meters, Gauges gauges) {
    Fields call = Meters.latency(meters.calls.duration);
    Fields endToEnd = Meters.latency(meters.endToEnd);
    return new Snapshot(
        Meters.count(meters.received),
        Meters.sum(meters.explained.values())
            + Meters.count(meters.unavailable)
            + Meters.count(meters.rejected),
        CallMeters.sum(meters.calls.all(), it -> it.started),
        CallMeters.sumOfEnds(meters.calls.all(), CallCounts.Ended::cost),
        Fields.of(
            "call_p50_seconds", call.get("p50"),
            "call_p95_seconds", call.get("p95"),
            "end_to_end_p50_seconds", endToEnd.get("p50"),
            "end_to_end_p95_seconds", endToEnd.get("p95"),
            "in_flight", gauges.dispatch().gate().running(),
            "pending", gauges.totals().pendingRequests(),
            "lag", gauges.totalLag(),
            "breaker", gauges.breakers().getFirst().state()));
  }

  public void start() {
    var _ =
        timer.scheduleAtFixedRate(this::takeQuietly, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Takes no more samples; those taken stay readable. */
  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** Lets nothing out: an exception would end the schedule. */
  private void takeQuietly() {
    try {
      take();
      failing = false;
    } catch (RuntimeException | Error e) {
      if (!failing) {
        log.warn("The figures cannot be read; the history has a gap", e);
      }
      failing = true;
    }
  }

  /** Takes a sample; the first snapshot makes none, it is only compared with the next. */
  void take() {
    Snapshot now = snapshots.get();
    synchronized (this) {
      Instant at = clock.instant();
      Snapshot before = last;
      double seconds = lastAt == null ? 0 : Duration.between(lastAt, at).toNanos() / NANOS;
      last = now;
      lastAt = at;
      if (before == null || seconds <= 0) {
        return;
      }
      if (samples.size() == SAMPLES) {
        samples.removeFirst();
      }
      Fields sample =
          Fields.of(
              "at", at,
              "received_per_second", (now.received - before.received) / seconds,
              "results_per_second", (now.results - before.results) / seconds,
              "calls_per_second", (now.calls - before.calls) / seconds,
              "usd_per_hour", (now.cost - before.cost) / seconds * SECONDS_PER_HOUR);
      sample.putAll(now.present);
      samples.addLast(sample);
    }
  }

  /** The samples, oldest first. */
  synchronized Fields json() {
    return Fields.of("interval_seconds", interval.toSeconds(), "samples", List.copyOf(samples));
  }
}
