package dev.explanations.lab.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/** Gives commands to a worker over HTTP. */
final class Operator {

  /** What is promised, and a little for a loaded machine. */
  private static final Duration ANSWER = Duration.ofMillis(5_500);

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  /** What a command came to. */
  record Answer(String message, List<String> applied, List<String> missing, JsonNode body) {}

  Operator(int port) {
    this.port = port;
  }

  /** Gives a command that must succeed in time. */
  Answer command(String path) {
    return command(path, "");
  }

  /** Holds the breaker open, so that requests that come now go round the retry topic. */
  void holdOpen() {
    command("/api/circuit-breaker/google_ai/open");
  }

  /** Ends {@link #holdOpen}. */
  void reset() {
    command("/api/circuit-breaker/google_ai/reset");
  }

  Answer command(String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .POST(BodyPublishers.ofString(body))
            .timeout(ANSWER)
            .build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      JsonNode json = new ObjectMapper().readTree(response.body());
      return new Answer(
          json.path("message").asText(),
          texts(json.path("applied")),
          texts(json.path("missing")),
          json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
