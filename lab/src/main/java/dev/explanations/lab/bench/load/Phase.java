package dev.explanations.lab.bench.load;

import dev.explanations.lab.submit.Latencies;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Results and latencies of requests that were published one after another. Immutable. */
public final class Phase {

  private static final double STEADY_FROM = 0.1;
  private static final double STEADY_TO = 0.9;

  private final int requests;
  private final int doubled;
  private final long start;
  private final long[] arrivals;
  private final Latencies latencies;

  private Phase(int requests, int doubled, long start, long[] arrivals, Latencies latencies) {
    this.requests = requests;
    this.doubled = doubled;
    this.start = start;
    this.arrivals = arrivals;
    this.latencies = latencies;
  }

  /** All times are those of {@link System#nanoTime}. */
  public static Phase of(long[] asked, long[] answered, int[] answers, int from, int to) {
    long[] arrivals = new long[to - from];
    long[] latencies = new long[to - from];
    int results = 0;
    int doubled = 0;
    for (int i = from; i < to; i++) {
      if (answers[i] > 0) {
        arrivals[results] = answered[i];
        latencies[results++] = answered[i] - asked[i];
        doubled += answers[i] - 1;
      }
    }
    return new Phase(
        to - from,
        doubled,
        asked[from],
        sorted(arrivals, results),
        new Latencies(sorted(latencies, results)));
  }

  /** Of these, the requests that were asked before that time and not answered before it. */
  public static Phase waitingAt(
      long[] asked, long[] answered, int[] answers, int from, int to, long nanos) {
    int[] waiting =
        IntStream.range(from, to)
            .filter(i -> asked[i] - nanos < 0)
            .filter(i -> answers[i] == 0 || answered[i] - nanos >= 0)
            .toArray();
    return waiting.length == 0
        ? new Phase(0, 0, nanos, new long[0], new Latencies(new long[0]))
        : of(
            Arrays.stream(waiting).mapToLong(i -> asked[i]).toArray(),
            Arrays.stream(waiting).mapToLong(i -> answered[i]).toArray(),
            Arrays.stream(waiting).map(i -> answers[i]).toArray(),
            0,
            waiting.length);
  }

  public int requests() {
    return requests;
  }

  /** Requests with a result. */
  public int results() {
    return arrivals.length;
  }

  public int lost() {
    return requests - arrivals.length;
  }

  public int doubled() {
    return doubled;
  }

  /** From the first request to the last result. */
  public Duration whole() {
    return arrivals.length == 0
        ? Duration.ZERO
        : Duration.ofNanos(arrivals[arrivals.length - 1] - start);
  }

  public double wholeRate() {
    return Report.perSecond(results(), whole());
  }

  /** Results per second from the first tenth to the last, when it neither starts nor runs dry. */
  public double steadyRate() {
    return rate((int) (STEADY_FROM * results()), (int) (STEADY_TO * results()));
  }

  /** Results per second between two results, by their place in the order of arrival. */
  public double rate(int from, int to) {
    return Report.perSecond(to - from, between(from, to));
  }

  /**
   * The time between two results, by their place in the order of arrival; zero when there are
   * fewer.
   */
  public Duration between(int from, int to) {
    if (from < 0 || to >= arrivals.length) {
      return Duration.ZERO;
    }
    return Duration.ofNanos(arrivals[to] - arrivals[from]);
  }

  /** The longest time without a result. */
  public Duration longestGap() {
    return longestGap(0, arrivals.length - 1);
  }

  /** The longest time without a result between two results, by their place as above. */
  public Duration longestGap(int from, int to) {
    long longest = 0;
    for (int i = from + 1; i <= to && i < arrivals.length; i++) {
      longest = Math.max(longest, arrivals[i] - arrivals[i - 1]);
    }
    return Duration.ofNanos(longest);
  }

  /** From that moment to the next result; negative when there was none. */
  public Duration firstAfter(long nanos) {
    int at = Arrays.binarySearch(arrivals, nanos);
    int next = at < 0 ? -at - 1 : at;
    return next == arrivals.length
        ? Duration.ofSeconds(-1)
        : Duration.ofNanos(arrivals[next] - nanos);
  }

  /** From that moment to the last result; negative when all had come before it. */
  public Duration lastAfter(long nanos) {
    return arrivals.length == 0
        ? Duration.ZERO
        : Duration.ofNanos(arrivals[arrivals.length - 1] - nanos);
  }

  /** The quantile, from 0 to 1, of the time from asking to the result. */
  public Duration latency(double share) {
    return latencies.quantile(share);
  }

  private static long[] sorted(long[] values, int count) {
    long[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted;
  }
}
