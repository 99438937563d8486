package dev.explanations.worker.ops;

import org.jspecify.annotations.Nullable;

/**
 * The figures of this moment that {@link History} keeps; totals count from the worker's start.
 *
 * @param received requests so far
 * @param results of all kinds, so far
 * @param calls to Gemini that were started so far
 * @param call how long they took lately
 * @param endToEnd how long requests took lately, from their arrival to the result
 * @param pending requests that wait
 * @param lag records that wait in the topics; {@code null} when not known
 * @param breaker the state of the first model's circuit breaker, as in the health report
 */
public record HistoryReading(
    long received,
    long results,
    long calls,
    Latency call,
    Latency endToEnd,
    int inFlight,
    long pending,
    @Nullable Long lag,
    String breaker) {

  /** In seconds; {@code null} while there was nothing to measure. */
  public record Latency(@Nullable Double p50, @Nullable Double p95) {}
}
