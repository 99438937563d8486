package dev.explanations.lab.bench.trouble;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.process.WorkerProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A worker's metrics of its use of Redis. */
final class RedisUse implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(50);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final HttpRequest metrics;

  RedisUse(WorkerProcess worker) {
    this.metrics = HttpRequest.newBuilder(worker.uri("/api/metrics")).build();
  }

  /** Explanations that it has put there since it started. */
  long sets() throws IOException, InterruptedException {
    String body = client.send(metrics, BodyHandlers.ofString()).body();
    return JSON.readTree(body).path("cache").path("redis").path("sets").asLong(-1);
  }

  /**
   * Waits until it has put more there.
   *
   * @return whether it was in time
   */
  boolean awaitMoreSets(long than, Duration atMost) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (sets() <= than) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(POLL);
    }
    return true;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
