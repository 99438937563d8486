package dev.explanations.lab.bench.rig;

import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.watch.Poller;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Follows a worker's metrics, second by second, on a thread of its own. */
public final class WorkerFigures implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final Pattern HEAP =
      Pattern.compile("(?m)^jvm_memory_used_bytes\\{area=\"heap\"[^}]*} (\\S+)");

  private static final Pattern FAULTS =
      Pattern.compile("(?m)^explanation_faults_total\\{kind=\"(\\w+)\"} (\\S+)");

  private static final Pattern THREADS = Pattern.compile("(?m)^explanation_stream_threads (\\S+)");

  private static final Pattern PENDING = Pattern.compile("(?m)^explanation_pending (\\S+)");

  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpRequest metrics;
  private final Poller poller;
  private volatile long heapPeak;

  public WorkerFigures(WorkerProcess worker) {
    this.metrics = HttpRequest.newBuilder(worker.uri("/metrics")).build();
    this.poller = Poller.start("figures", INTERVAL, this::look);
  }

  private void look() throws InterruptedException {
    try {
      heapPeak = Math.max(heapPeak, heap(read()));
    } catch (IOException e) {
      // the worker has ended, which the scenario tells
    }
  }

  private String read() throws IOException, InterruptedException {
    return client.send(metrics, BodyHandlers.ofString()).body();
  }

  private static long heap(String figures) {
    return HEAP.matcher(figures)
        .results()
        .mapToLong(it -> (long) Double.parseDouble(it.group(1)))
        .sum();
  }

  /** The largest that was seen, garbage included. */
  public long heapPeakMegabytes() {
    return heapPeak >> 20;
  }

  /** Faults by kind, by now. */
  public Map<String, Long> faults() throws IOException, InterruptedException {
    Map<String, Long> faults = new TreeMap<>();
    FAULTS
        .matcher(read())
        .results()
        .forEach(it -> faults.put(it.group(1), (long) Double.parseDouble(it.group(2))));
    return faults;
  }

  /** Stream threads that live. */
  public int threads() throws IOException, InterruptedException {
    return (int) value(THREADS);
  }

  /** Requests that wait in its stores. */
  public long pending() throws IOException, InterruptedException {
    return (long) value(PENDING);
  }

  private double value(Pattern meter) throws IOException, InterruptedException {
    Matcher figure = meter.matcher(read());
    return figure.find() ? Double.parseDouble(figure.group(1)) : 0;
  }

  @Override
  public void close() {
    poller.close();
    client.shutdownNow();
  }
}
