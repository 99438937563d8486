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
import java.util.ArrayList;
import java.util.List;

/** What a worker says of itself over HTTP. */
final class Health {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI uri;

  Health(int port) {
    this.uri = URI.create("http://127.0.0.1:" + port + "/api/health");
  }

  int status() {
    return get(uri).statusCode();
  }

  JsonNode body() {
    return body(uri);
  }

  private JsonNode body(URI of) {
    try {
      return JSON.readTree(get(of).body());
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

  /** States that the breaker has changed into since the start, as its figures tell them. */
  List<String> breakerTransitions(String name) {
    JsonNode figures = body(URI.create(uri.toString().replace("/api/health", "/api/metrics")));
    List<String> states = new ArrayList<>();
    figures
        .path("circuit_breakers")
        .path(name)
        .path("transitions")
        .forEach(transition -> states.add(transition.path("to").asText()));
    return states;
  }

  /** Requests that wait on this worker. */
  long pending() {
    return body().path("services").path("kafka_streams").path("pending").asLong();
  }

  void awaitPending(long atLeast) {
    await("%d requests wait".formatted(atLeast))
        .atMost(Rig.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> pending() >= atLeast);
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

  private HttpResponse<String> get(URI of) {
    try {
      return client.send(HttpRequest.newBuilder(of).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
