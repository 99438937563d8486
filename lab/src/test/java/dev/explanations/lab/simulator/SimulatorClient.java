package dev.explanations.lab.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Calls a simulator the way the Gemini SDK does, byte for byte what it sends. */
final class SimulatorClient implements AutoCloseable {

  static final String MODEL = "gemini-3.5-flash-lite";
  private static final String PATH = "/v1beta/models/" + MODEL + ":generateContent";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ObjectMapper json = new ObjectMapper();
  private final String baseUrl;

  SimulatorClient(GeminiSimulator simulator) {
    this.baseUrl = simulator.baseUrl();
  }

  HttpResponse<String> ask(String userText) throws IOException, InterruptedException {
    return http.send(request(PATH, userText, "any").build(), BodyHandlers.ofString());
  }

  HttpResponse<String> ask(String userText, Duration timeout)
      throws IOException, InterruptedException {
    return http.send(
        request(PATH, userText, "any").timeout(timeout).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> askAt(String path, String key) throws IOException, InterruptedException {
    return http.send(request(path, "hi", key).build(), BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> askAsync(String userText) {
    return http.sendAsync(request(PATH, userText, "any").build(), BodyHandlers.ofString());
  }

  HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(baseUrl + path))
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  JsonNode json(HttpResponse<String> response) throws IOException {
    return json.readTree(response.body());
  }

  private HttpRequest.Builder request(String path, String userText, String key) {
    var body = json.createObjectNode();
    var content = body.putArray("contents").addObject();
    content.putArray("parts").addObject().put("text", userText);
    content.put("role", "user");
    var system = body.putObject("systemInstruction");
    system.putArray("parts").addObject().put("text", "You are an educator.");
    system.put("role", "user");
    return HttpRequest.newBuilder(URI.create(baseUrl + path))
        .header("x-goog-api-key", key)
        .header("Content-Type", "application/json; charset=utf-8")
        .POST(BodyPublishers.ofString(body.toString()));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
