package dev.explanations.worker.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.explanations.worker.tracing.Step.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** With a collector over HTTP, and without one. */
class OpenTelemetryTracingTest {

  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  private static Step step() {
    return new Step(Kind.WAIT, null, NOW, NOW, null, null, Map.of("k", "v"));
  }

  @Test
  void spans_reachTheCollector() throws Exception {
    List<String> bodies = new CopyOnWriteArrayList<>();
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          bodies.add(new String(body, StandardCharsets.ISO_8859_1));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort() + "/";
    try (OpenTelemetryTracing tracing =
        OpenTelemetryTracing.toCollector(endpoint, "application", "w1")) {
      tracing.tell(step());
    } finally {
      await().until(() -> !bodies.isEmpty());
      collector.stop(0);
    }

    assertThat(bodies).singleElement().asString().contains("wait", "application", "w1");
  }

  @Test
  void collectorThatNeverAnswers_delaysTheEndALittle() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      OpenTelemetryTracing tracing =
          OpenTelemetryTracing.toCollector(
              "http://127.0.0.1:" + silent.getLocalPort(), "application", "w1");
      tracing.tell(new Step(Kind.CALL, null, NOW, NOW, null, null, Conventions.called("k", null)));
      Instant began = Instant.now();
      tracing.close();
      assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  void withoutACollector_spansAreDropped_andNobodyWaits() {
    // nothing listens on the discard port
    Instant began = Instant.now();
    try (OpenTelemetryTracing tracing =
        OpenTelemetryTracing.toCollector("http://127.0.0.1:9", "application", "w1")) {
      for (int i = 0; i < 20_000; i++) {
        assertThat(tracing.tell(step()).traceparent()).matches(".*-0[13]");
      }
    }
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(30));
  }
}
