package dev.explanations.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.settings.SettingsLoader;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerTest {
  /** A loaded machine may give a test no CPU for a minute. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  /** Whatever the status: health is answered with 503 then. */
  private static JsonNode get(int port, String path) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
    InputStream body =
        connection.getResponseCode() < 400
            ? connection.getInputStream()
            : connection.getErrorStream();
    return new ObjectMapper().readTree(body);
  }

  private static JsonNode health(int port) throws IOException {
    return get(port, "/api/health").at("/services/kafka_streams");
  }

  @Test
  void http_tellsOfTheWorker_whileTheBrokerIsAwaited(@TempDir Path directory) throws Exception {
    Worker worker =
        Worker.create(
            SettingsLoader.loadAll(
                Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
                    "KAFKA_DEFAULT_API_TIMEOUT_MS", "600000",
                    "GOOGLE_API_KEY", "k",
                    "HTTP_PORT", "0",
                    "INSTANCE_ID", "w1",
                    "STATE_DIR", directory.toString())));
    Thread starter =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    worker.start();
                  } catch (StartException e) {
                    failure.complete(e);
                  }
                });

    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> get(worker.httpPort(), "/api/metrics").at("/stream/state").isTextual());
    int port = worker.httpPort();
    JsonNode metrics = get(port, "/api/metrics");
    assertThat(metrics.path("instance_id").asText()).isEqualTo("w1");
    assertThat(metrics.at("/workers/0/self").asBoolean()).isTrue();
    assertThat(metrics.at("/circuit_breakers/google_ai/state").asText()).isEqualTo("closed");
    await()
        .atMost(PATIENCE)
        .until(() -> health(port).path("error").asText().equals("broker_unreachable"));
    assertThat(health(port).path("broker_connected").asBoolean()).isFalse();

    starter.interrupt();
    assertThat(failure.join()).hasMessage("interrupted");
    assertThatThrownBy(() -> get(port, "/live")).isInstanceOf(IOException.class);
    assertThat(worker.stop()).isZero();
  }
}
