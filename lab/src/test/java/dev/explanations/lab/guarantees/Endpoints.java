package dev.explanations.lab.guarantees;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that openapi.yaml describes, of a worker that runs. */
record Endpoints(HttpClient client, int port) {

  /** Relative to the module, where Maven runs tests. */
  private static final Path OPENAPI = Path.of("..", "schemas", "openapi.yaml");

  private static final Map<String, String> PARAMETERS =
      Map.of("{name}", "google_ai", "{file}", "app.js", "{id}", "unknown");

  private static final Map<String, String> BODIES =
      Map.of(
          "/api/cache/invalidate", "{\"topic\":\"Nothing\"}",
          "/api/dead-letters/redrive", "{\"dryRun\":true}",
          "/api/log-level", "{\"level\":\"warn\",\"logger\":\"dev.explanations.none\"}");

  /**
   * One of them, its parameters filled in.
   *
   * @param command whether it needs the token, as everything does that is no mere look
   */
  record Endpoint(String method, String path, boolean command) {

    /** What makes it succeed. */
    String body() {
      return BODIES.getOrDefault(path, "");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  static List<Endpoint> all() throws IOException {
    JsonNode paths = new ObjectMapper(new YAMLFactory()).readTree(OPENAPI.toFile()).path("paths");
    List<Endpoint> all = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : paths.properties()) {
      String filledIn = path.getKey();
      for (Map.Entry<String, String> parameter : PARAMETERS.entrySet()) {
        filledIn = filledIn.replace(parameter.getKey(), parameter.getValue());
      }
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (!operation.getKey().equals("parameters")) {
          String method = operation.getKey().toUpperCase(Locale.ROOT);
          all.add(new Endpoint(method, filledIn, operation.getValue().has("security")));
        }
      }
    }
    return all;
  }

  static List<Endpoint> commands() throws IOException {
    return all().stream().filter(Endpoint::command).toList();
  }

  /**
   * Asks.
   *
   * @param authorization the header of that name; {@code null} is none
   */
  HttpResponse<String> ask(Endpoint endpoint, @Nullable String authorization, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + endpoint.path()))
            .method(endpoint.method(), BodyPublishers.ofString(body));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
