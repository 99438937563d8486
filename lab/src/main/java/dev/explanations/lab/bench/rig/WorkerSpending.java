package dev.explanations.lab.bench.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.process.WorkerProcess;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** A worker's section {@code spending} of {@code GET /api/metrics}, and its budget command. */
public final class WorkerSpending implements AutoCloseable {

  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final WorkerProcess worker;

  /**
   * Spending of the application today, as this worker knows it.
   *
   * @param charged cost, and the dearest call for each of unknown cost
   * @param exhausted whether no call may begin
   */
  public record Day(
      long calls,
      long promptTokens,
      long outputTokens,
      BigDecimal cost,
      BigDecimal charged,
      long unknown,
      boolean exhausted) {}

  public WorkerSpending(WorkerProcess worker) {
    this.worker = worker;
  }

  public Day today() throws IOException, InterruptedException {
    JsonNode spending = send(HttpRequest.newBuilder(worker.uri("/api/metrics"))).path("spending");
    JsonNode day = spending.path("day");
    return new Day(
        day.path("calls").asLong(),
        day.path("prompt_tokens").asLong(),
        day.path("output_tokens").asLong(),
        day.path("cost_usd").decimalValue(),
        day.path("charged_usd").decimalValue(),
        day.path("calls_unknown").asLong(),
        spending.path("exhausted").isTextual());
  }

  /** Sets the budget of a day for all workers. */
  public void allow(int dollars) throws IOException, InterruptedException {
    String body = "{\"perDayUsd\": %d}".formatted(dollars);
    var _ =
        send(
            HttpRequest.newBuilder(worker.uri("/api/budget"))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(response.uri() + ": " + response.statusCode() + " " + response.body());
    }
    return json.readTree(response.body());
  }

  @Override
  public void close() {
    client.close();
  }
}
