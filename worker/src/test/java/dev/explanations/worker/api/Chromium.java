package dev.explanations.worker.api;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.http.JsonBodies;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A browser of this machine with one page, driven over its DevTools protocol. */
final class Chromium implements AutoCloseable {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration START = Duration.ofSeconds(60);
  private static final long ANSWER_SECONDS = 30;
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

  /** The first one on the path. */
  static Optional<Path> find() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(Pattern.quote(File.pathSeparator)))
        .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts it and waits until it can be driven.
   *
   * @param profile an empty directory
   */
  Chromium(Path executable, Path profile) throws IOException, InterruptedException {
    process =
        new ProcessBuilder(
                executable.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("chromium.log").toFile())
            .start();
    Path address = profile.resolve("DevToolsActivePort");
    await().atMost(START).until(() -> Files.exists(address) && lines(address).size() == 2);
    URI pages = URI.create("http://127.0.0.1:" + lines(address).getFirst() + "/json/new");
    HttpRequest create = HttpRequest.newBuilder(pages).PUT(BodyPublishers.noBody()).build();
    JsonNode page = MAPPER.readTree(client.send(create, BodyHandlers.ofString()).body());
    socket =
        client
            .newWebSocketBuilder()
            .buildAsync(URI.create(page.path("webSocketDebuggerUrl").asText()), new Listener())
            .join();
    for (String domain : List.of("Page", "Runtime", "Log")) {
      command(domain + ".enable", Map.of());
    }
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file);
  }

  /** One command of the protocol, and its result. */
  JsonNode command(String method, Map<String, Object> parameters) {
    int id = lastId.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    String message = JsonBodies.write(Map.of("id", id, "method", method, "params", parameters));
    socket.sendText(message, true).join();
    JsonNode reply = answer.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS).join();
    if (reply.has("error")) {
      throw new AssertionError(method + ": " + reply.path("error"));
    }
    return reply.path("result");
  }

  void open(String url) {
    command("Page.navigate", Map.of("url", url));
  }

  /** The value of a JavaScript expression, as text; promises are waited for. */
  String evaluate(String expression) {
    JsonNode result =
        command(
            "Runtime.evaluate",
            Map.of(
                "expression", expression,
                "returnByValue", true,
                "awaitPromise", true,
                "userGesture", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(expression + ": " + result.path("exceptionDetails"));
    }
    return result.path("result").path("value").asText();
  }

  /** Makes the page believe that its reader prefers this, until something else is said. */
  void prefer(String feature, String value) {
    Map<String, String> preference = Map.of("name", feature, "value", value);
    command("Emulation.setEmulatedMedia", Map.of("features", List.of(preference)));
  }

  /** The visible part of the page, as a PNG. */
  byte[] screenshot() {
    JsonNode picture = command("Page.captureScreenshot", Map.of("format", "png"));
    return Base64.getDecoder().decode(picture.path("data").asText());
  }

  /** What it complained of so far: exceptions, and breaches of the content security policy. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** By itself it also removes what it has left outside of its profile. */
  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    socket.sendText(JsonBodies.write(Map.of("id", 0, "method", "Browser.close")), true).join();
    process.onExit().completeOnTimeout(process, ANSWER_SECONDS, TimeUnit.SECONDS).join();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(it -> it.onExit().join());
    socket.abort();
    client.close();
  }

  private void receive(JsonNode message) {
    JsonNode parameters = message.path("params");
    switch (message.path("method").asText()) {
      case "" -> {
        CompletableFuture<JsonNode> answer = answers.remove(message.path("id").asInt());
        if (answer != null) {
          answer.complete(message);
        }
      }
      case "Runtime.exceptionThrown" -> complaints.add(parameters.toString());
      case "Log.entryAdded" -> {
        JsonNode entry = parameters.path("entry");
        // of the network: an answer other than 200, which the page deals with
        if (!entry.path("source").asText().equals("network")) {
          complaints.add(entry.toString());
        }
      }
      default -> {
        // of no interest
      }
    }
  }

  /** Called by one thread at a time. */
  private final class Listener implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        try {
          receive(MAPPER.readTree(parts.toString()));
        } catch (IOException e) {
          complaints.add("not JSON: " + parts);
        }
        parts.setLength(0);
      }
      webSocket.request(1);
      return CompletableFuture.completedStage(null);
    }
  }
}
