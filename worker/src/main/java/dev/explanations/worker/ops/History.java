package dev.explanations.worker.ops;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The figures of the last fifteen minutes, for charts: one reading every five seconds, on a thread
 * of its own. Thread-safe.
 */
public final class History implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(History.class);

  static final Duration INTERVAL = Duration.ofSeconds(5);
  static final int SAMPLES = 180;

  private static final double NANOS = 1e9;

  private final Supplier<HistoryReading> readings;
  private final Clock clock;
  private final Duration interval;
  private final Deque<Map<String, @Nullable Object>> samples = new ArrayDeque<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("history").factory());
  private @Nullable Instant lastAt;
  private @Nullable HistoryReading last;

  /** Of the timer's thread. */
  private boolean failing;

  /**
   * Takes nothing before {@link #start}.
   *
   * @param readings must not wait for anything; an exception leaves a gap
   */
  public History(Supplier<HistoryReading> readings, Clock clock) {
    this(readings, clock, INTERVAL);
  }

  History(Supplier<HistoryReading> readings, Clock clock, Duration interval) {
    this.readings = readings;
    this.clock = clock;
    this.interval = interval;
  }

  public void start() {
    var _ =
        timer.scheduleAtFixedRate(this::takeQuietly, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What was taken can still be looked at. */
  @Override
  public void close() {
    timer.shutdownNow();
  }

  /** Anything that is thrown would end the schedule. */
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

  /** Takes a sample; the first reading is only what the next one is compared with. */
  void take() {
    HistoryReading now = readings.get();
    synchronized (this) {
      Instant at = clock.instant();
      HistoryReading before = last;
      double seconds = lastAt == null ? 0 : Duration.between(lastAt, at).toNanos() / NANOS;
      last = now;
      lastAt = at;
      if (before == null || seconds <= 0) {
        return;
      }
      if (samples.size() == SAMPLES) {
        samples.removeFirst();
      }
      samples.addLast(sample(at, before, now, seconds));
    }
  }

  private static Map<String, @Nullable Object> sample(
      Instant at, HistoryReading before, HistoryReading now, double seconds) {
    return Fields.of(
        "at", at.toString(),
        "received_per_second", rate(before.received(), now.received(), seconds),
        "results_per_second", rate(before.results(), now.results(), seconds),
        "calls_per_second", rate(before.calls(), now.calls(), seconds),
        "call_p50_seconds", now.call().p50(),
        "call_p95_seconds", now.call().p95(),
        "end_to_end_p50_seconds", now.endToEnd().p50(),
        "end_to_end_p95_seconds", now.endToEnd().p95(),
        "in_flight", now.inFlight(),
        "pending", now.pending(),
        "lag", now.lag(),
        "breaker", now.breaker());
  }

  private static double rate(long before, long now, double seconds) {
    return (now - before) / seconds;
  }

  /** The body of {@code GET /api/metrics/history}, oldest first. */
  synchronized Map<String, @Nullable Object> json() {
    List<Map<String, @Nullable Object>> copy = new ArrayList<>(samples);
    return Fields.of("interval_seconds", interval.toSeconds(), "samples", copy);
  }
}
