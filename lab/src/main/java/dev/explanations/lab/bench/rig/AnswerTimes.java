package dev.explanations.lab.bench.rig;

import dev.explanations.lab.bench.load.Report;
import dev.explanations.lab.submit.Latencies;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;

/** Times that a worker takes to answer over HTTP. Used by one thread. */
public final class AnswerTimes {

  private final HttpClient client;
  private final HttpRequest request;
  private final long[] nanos;
  private int asked;
  private int bytes;

  public AnswerTimes(HttpClient client, URI uri, int capacity) {
    this.client = client;
    this.request = HttpRequest.newBuilder(uri).build();
    this.nanos = new long[capacity];
  }

  /**
   * Asks once, and reads the whole answer.
   *
   * @throws IOException also if the answer is not 200
   */
  public void ask() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    var response = client.send(request, BodyHandlers.ofByteArray());
    nanos[asked++] = System.nanoTime() - begin;
    bytes = response.body().length;
    if (response.statusCode() != 200) {
      throw new IOException(request.uri() + " answered " + response.statusCode());
    }
  }

  public void report(Report report) {
    long[] sorted = Arrays.copyOf(nanos, asked);
    Arrays.sort(sorted);
    Latencies latencies = new Latencies(sorted);
    report.line(
        request.uri().getPath(),
        "p50 %s, p99 %s, max %s of %d, %,d bytes"
            .formatted(
                Report.millis(latencies.quantile(0.5)),
                Report.millis(latencies.quantile(0.99)),
                Report.millis(latencies.quantile(1)),
                asked,
                bytes));
  }
}
