package dev.explanations.lab.guarantees.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A Gemini, or a proxy before it, that says in each error what it was sent: the key as it is, as in
 * a URL, and in Base64. Which error a call gets, its subtopic says.
 */
final class EchoingGemini implements AutoCloseable {

  /** In subtopics; the others are explained. */
  static final List<String> ERRORS =
      List.of(
          "Refuse <400>",
          "Refuse <401>",
          "Refuse <429>",
          "Refuse <503>",
          "Garble <200>",
          "Block <200>");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;

  /** The keys that calls have brought. */
  final Set<String> keys = ConcurrentHashMap.newKeySet();

  EchoingGemini() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String asked = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    String key = String.valueOf(exchange.getRequestHeaders().getFirst("x-goog-api-key"));
    keys.add(key);
    String error = ERRORS.stream().filter(asked::contains).findFirst().orElse("Explain <200>");
    int status = Integer.parseInt(error.replaceAll("\\D", ""));
    String echo =
        "You sent '%s', in a URL %s, in Base64 %s"
            .formatted(
                key,
                URLEncoder.encode(key, UTF_8),
                Base64.getEncoder().encodeToString(key.getBytes(UTF_8)));
    byte[] body = body(error, status, echo).getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("X-Echo", echo);
    exchange.getResponseHeaders().set("WWW-Authenticate", "Key realm=\"" + echo + "\"");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String body(String error, int status, String echo) throws IOException {
    return switch (error.substring(0, error.indexOf(' '))) {
      case "Refuse" -> JSON.writeValueAsString(Map.of("error", refusal(status, echo)));
      case "Garble" -> "{\"candidates\": " + echo;
      case "Block" ->
          JSON.writeValueAsString(
              Map.of("promptFeedback", Map.of("blockReason", "OTHER", "blockReasonMessage", echo)));
      default -> JSON.writeValueAsString(explanation());
    };
  }

  private static Map<String, Object> refusal(int status, String echo) {
    return Map.of(
        "code",
        status,
        "status",
        status == 429 ? "RESOURCE_EXHAUSTED" : "REFUSED",
        "message",
        echo,
        "details",
        List.of(
            Map.of("@type", "x/ErrorInfo", "reason", echo, "domain", echo),
            Map.of("@type", "x/RetryInfo", "retryDelay", "0.1s"),
            Map.of("@type", "x/QuotaFailure", "violations", List.of(Map.of("quotaId", echo)))));
  }

  private static Map<String, Object> explanation() {
    return Map.of(
        "candidates",
        List.of(
            Map.of(
                "content",
                Map.of("role", "model", "parts", List.of(Map.of("text", "It is like this."))),
                "finishReason",
                "STOP")),
        "usageMetadata",
        Map.of("promptTokenCount", 10, "candidatesTokenCount", 5, "totalTokenCount", 15));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
