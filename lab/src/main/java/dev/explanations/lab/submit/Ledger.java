package dev.explanations.lab.submit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the account of requests and results. Two requests with one requestId are two requests and
 * want two results. Thread-safe.
 */
public final class Ledger {

  private static final class Entry {
    final List<Long> publishedNanos = new ArrayList<>(1);
    final List<Long> arrivalNanos = new ArrayList<>(1);
  }

  private final Map<String, Entry> entries = new HashMap<>();
  private final List<Result> results = new ArrayList<>();
  private long requests;
  private long waiting;
  private long doubled;
  private long unexpected;

  /** Must be called before the request is sent, or its result might come first. */
  public synchronized void published(String requestId, long nanos) {
    Entry entry = entries.computeIfAbsent(requestId, id -> new Entry());
    entry.publishedNanos.add(nanos);
    requests++;
    waiting++;
  }

  public synchronized void arrived(Result result) {
    Entry entry = entries.get(result.requestId());
    if (entry == null) {
      unexpected++;
      return;
    }
    results.add(result);
    entry.arrivalNanos.add(result.arrivalNanos());
    if (entry.arrivalNanos.size() > entry.publishedNanos.size()) {
      doubled++;
    } else {
      waiting--;
    }
    if (waiting == 0) {
      notifyAll();
    }
  }

  /** Requests published so far. */
  public synchronized long requests() {
    return requests;
  }

  /** Requests published that have no result yet. */
  public synchronized long waiting() {
    return waiting;
  }

  /**
   * Waits until every request published so far has a result.
   *
   * @return whether that came to pass in time
   */
  public synchronized boolean awaitResults(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (waiting > 0) {
      long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      if (millis <= 0) {
        return false;
      }
      wait(millis);
    }
    return true;
  }

  /** All results for our requests, in order of arrival. */
  public synchronized List<Result> results() {
    return List.copyOf(results);
  }

  public synchronized Tally tally() {
    return new Tally(
        requests,
        results.size(),
        waiting,
        doubled,
        unexpected,
        count(Result::status),
        count(Result::source),
        count(Result::error));
  }

  /** From publishing to arrival, of every request that has a result. */
  public synchronized Latencies latencies() {
    long[] nanos =
        entries.values().stream()
            .flatMapToLong(
                entry -> {
                  long[] each =
                      new long[Math.min(entry.publishedNanos.size(), entry.arrivalNanos.size())];
                  Arrays.setAll(each, i -> entry.arrivalNanos.get(i) - entry.publishedNanos.get(i));
                  return Arrays.stream(each);
                })
            .sorted()
            .toArray();
    return new Latencies(nanos);
  }

  private Map<String, Long> count(Function<Result, @Nullable String> field) {
    Map<String, Long> counts = new TreeMap<>();
    for (Result result : results) {
      String value = field.apply(result);
      if (value != null) {
        counts.merge(value, 1L, Long::sum);
      }
    }
    return counts;
  }
}
