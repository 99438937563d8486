package dev.explanations.lab.guarantees;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** What a worker says of itself over HTTP. */
final class Health {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI uri;

  Health(int port) {
    this.uri = URI.create("http://127.0.0.1:" + port + "/api/health");
  }

  int status() {
    return get().statusCode();
  }

  JsonNode body() {
    try {
      return JSON.readTree(get().body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode breaker() {
    return breaker("google_ai");
  }

  JsonNode breaker(String name) {
    return body().path("services").path("circuit_breakers").path(name);
  }

  String breakerState() {
    return breaker().path("state").asText();
  }

  /** Requests that wait on this worker. */
  long pending() {
    return body().path("services").path("kafka_streams").path("pending").asLong();
  }

  /** The status of the cache. */
  String cache() {
    return body().path("services").path("cache").path("status").asText();
  }

  /** What is wrong with the cache; empty when nothing is, or nothing is known yet. */
  String cacheError() {
    return body().path("services").path("cache").path("error").asText();
  }

  void awaitCache(String status) {
    await("cache " + status)
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> cache().equals(status));
  }

  void awaitBreaker(String state) {
    await("breaker " + state)
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> breakerState().equals(state));
  }

  private HttpResponse<String> get() {
    try {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
