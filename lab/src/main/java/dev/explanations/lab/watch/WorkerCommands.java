package dev.explanations.lab.watch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Commands to a worker on this machine that has no control token. */
public final class WorkerCommands implements AutoCloseable {

  /** A command for all workers may take five seconds. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI worker;

  public WorkerCommands(int httpPort) {
    this.worker = URI.create("http://localhost:" + httpPort);
  }

  /** No call is made from now on. */
  public void holdBreakerOpen() throws IOException, InterruptedException {
    post("/api/circuit-breaker/google_ai/open");
  }

  public void resetBreaker() throws IOException, InterruptedException {
    post("/api/circuit-breaker/google_ai/reset");
  }

  private void post(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(worker.resolve(path))
            .timeout(TIMEOUT)
            .POST(BodyPublishers.noBody())
            .build();
    HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(path + ": " + response.statusCode() + " " + response.body());
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
