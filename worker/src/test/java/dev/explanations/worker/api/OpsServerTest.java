package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.health.HealthReport;
import dev.explanations.worker.health.ServiceHealth;
import dev.explanations.worker.health.StreamsView;
import dev.explanations.worker.http.SecurityHeaders;
import dev.explanations.worker.metrics.TestMetrics;
import dev.explanations.worker.settings.Settings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpsServerTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private volatile StreamsView stream = Streams.view("RUNNING", 2, 7L, false);
  private volatile Supplier<String> topology = () -> "Topologies:\n  \u2192 explain\n";
  private final List<String> answered = new CopyOnWriteArrayList<>();
  private final OpsServer server = server(0);

  private OpsServer server(int port) {
    MemoryBreakers breakers = new MemoryBreakers("google_ai");
    HealthReport health =
        new HealthReport(
            Settings.Environment.DEVELOPMENT,
            Clock.systemUTC(),
            new HealthReport.Sources(
                () -> ServiceHealth.ofStateStore(true),
                breakers,
                "m",
                Optional::empty,
                () -> stream));
    return new OpsServer(
        TestServers.http("127.0.0.1", port, null),
        new OpsServer.Backend(
            health,
            TestMetrics.service(breakers),
            new MemoryDeadLetters(),
            new MemoryLookUp(),
            () -> TestServers.PROMPTS,
            new MemoryBudget(),
            new MemoryControl(breakers),
            () -> topology.get()),
        (method, route, status, took) -> answered.add(method + " " + route + " " + status));
  }

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void close() {
    server.close();
    client.close();
  }

  private HttpResponse<String> call(String method, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return client.send(
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return call("GET", path);
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return new ObjectMapper().readTree(response.body());
  }

  private static String header(HttpResponse<String> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void live_isAlwaysOk() throws Exception {
    stream = Streams.view("ERROR", 0, null, false);

    HttpResponse<String> response = get("/live");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).path("status").asText()).isEqualTo("live");
  }

  @Test
  void answers_areTold_byRoute() throws Exception {
    get("/live?x=1");
    get("/api/circuit-breaker/google_ai/state");
    get("/api/circuit-breaker/unknown/state");
    get("/nothing/" + "x".repeat(50));
    call("BREW", "/live");
    call("DELETE", "/live");
    call("POST", "/api/worker/pause");

    await()
        .untilAsserted(
            () ->
                assertThat(answered)
                    .containsExactlyInAnyOrder(
                        "GET /live 200",
                        "GET /api/circuit-breaker/<name>/state 200",
                        "GET /api/circuit-breaker/<name>/state 404",
                        "other none 404",
                        "other none 405",
                        "other none 405",
                        "POST /api/worker/pause 200"));
  }

  @Test
  void ready_followsTheStream() throws Exception {
    assertThat(get("/ready").statusCode()).isEqualTo(200);

    stream = Streams.view("REBALANCING", 2, null, false);
    HttpResponse<String> response = get("/ready");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(response.body())
        .isEqualTo("{\"status\":\"not_ready\",\"kafka_streams\":\"REBALANCING\"}");
  }

  @Test
  void health_isOk_whileItWorks() throws Exception {
    HttpResponse<String> response = get("/api/health");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Content-Type")).isEqualTo("application/json");
    assertThat(json(response).path("status").asText()).isEqualTo("healthy");
    assertThat(json(response).at("/services/kafka_streams/lag").asLong()).isEqualTo(7);

    stream = Streams.view("REBALANCING", 2, null, false);
    assertThat(get("/api/health").statusCode()).as("degraded").isEqualTo(200);
  }

  @Test
  void health_isUnavailable_whenUnhealthy() throws Exception {
    stream = Streams.view("ERROR", 0, null, false);

    HttpResponse<String> response = get("/api/health");

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(json(response).path("status").asText()).isEqualTo("unhealthy");
  }

  @Test
  void topology_isPlainText() throws Exception {
    HttpResponse<String> response = get("/api/topology");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(header(response, "Content-Type")).isEqualToIgnoringCase("text/plain;charset=utf-8");
    assertThat(response.body()).isEqualTo("Topologies:\n  \u2192 explain\n");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/nowhere,404",
    "GET,/index.html,404",
    "POST,/api/nowhere,404",
    "POST,/api/health,405",
    "DELETE,/live,405"
  })
  void errors_areProblemDocuments(String method, String path, int status) throws Exception {
    HttpResponse<String> response = call(method, path);

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(json(response).path("status").asInt()).isEqualTo(status);
    assertThat(json(response).path("type").asText()).isEqualTo("about:blank");
    assertThat(json(response).path("title").asText())
        .isEqualTo(status == 404 ? "Not Found" : "Method Not Allowed");
    assertThat(json(response).path("detail").asText()).isEqualTo(method + " " + path);
    assertThat(header(response, "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header(response, "Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void errors_nameTheAllowedMethods() throws Exception {
    HttpResponse<String> response = call("POST", "/live");

    assertThat(header(response, "Allow")).isEqualTo("GET, HEAD");
    assertThat(json(response).path("title").asText()).isEqualTo("Method Not Allowed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GARBAGE", "GET /%zz HTTP/1.1\r\nHost: a", "PUT /a/../../b HTTP/1.1\r\nHost: a"})
  void errors_areProblemDocuments_whenTheRequestIsMalformed(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String closing = request + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(closing.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(answer)
          .contains(" 400 ", "application/problem+json", "\"status\":400")
          .contains("Content-Security-Policy: default-src 'none'")
          .doesNotContain("<html");
    }
  }

  @Test
  void failures_tellNothing() throws Exception {
    topology =
        () -> {
          throw new IllegalStateException("hush");
        };

    HttpResponse<String> response = get("/api/topology");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(header(response, "Content-Type")).isEqualTo("application/problem+json");
    assertThat(response.body()).doesNotContain("hush", "IllegalState");
  }

  @Test
  void everyAnswer_hasSecurityHeaders_andNoVersion() throws Exception {
    HttpResponse<String> response = get("/live");

    SecurityHeaders.ALL.forEach(
        (name, value) -> assertThat(header(response, name)).isEqualTo(value));
    assertThat(header(response, "Content-Security-Policy"))
        .startsWith("default-src 'none'; script-src 'self';")
        .endsWith("frame-ancestors 'none'");
    assertThat(response.headers().firstValue("Server")).isEmpty();
  }

  @Test
  void head_isAnsweredLikeGet() throws Exception {
    assertThat(call("HEAD", "/live").statusCode()).isEqualTo(200);
    assertThat(call("HEAD", "/ready").statusCode()).isEqualTo(200);
    stream = Streams.view("ERROR", 0, null, false);
    assertThat(call("HEAD", "/ready").statusCode()).isEqualTo(503);
  }

  @Test
  void start_saysWhichSettingsToChange_whenThePortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        OpsServer second = server(taken.getLocalPort())) {
      assertThatThrownBy(second::start)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith(
              "cannot listen on HTTP_HOST=127.0.0.1 HTTP_PORT=" + taken.getLocalPort() + ": ")
          .message()
          .doesNotContain("\n");
    }
  }

  @Test
  void close_mayBeCalledTwice() {
    int port = server.port();
    server.close();
    server.close();

    // the system listens until the accepting thread has woken up
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                    .isInstanceOf(ConnectException.class));
  }
}
