package dev.explanations.lab.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkerWatchTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<Change> heard = new CopyOnWriteArrayList<>();
  private volatile String state = "closed";
  private volatile String health = "healthy";
  private HttpServer server;
  private WorkerWatch watch;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/circuit-breaker",
        exchange -> answer(exchange, "{\"google_ai\": {\"state\": \"" + state + "\"}}"));
    server.createContext(
        "/api/health", exchange -> answer(exchange, "{\"status\": \"" + health + "\"}"));
    server.start();
    watch = WorkerWatch.start(server.getAddress().getPort(), heard::add);
  }

  @AfterEach
  void stop() {
    watch.close();
    server.stop(0);
  }

  @Test
  void watch_tellsEveryChange_once() throws Exception {
    see("closed", BreakerState.CLOSED);
    see("open", BreakerState.OPEN);
    see("half_open", BreakerState.HALF_OPEN);
    see("open", BreakerState.OPEN);
    see("half_open", BreakerState.HALF_OPEN);
    assertThat(watch.history().openedAndClosed()).isFalse();
    see("closed", BreakerState.CLOSED);

    assertThat(heard)
        .extracting(change -> change.now().breaker())
        .containsExactly(
            BreakerState.CLOSED,
            BreakerState.OPEN,
            BreakerState.HALF_OPEN,
            BreakerState.OPEN,
            BreakerState.HALF_OPEN,
            BreakerState.CLOSED);
    assertThat(watch.history().changes()).isEqualTo(heard);
    assertThat(watch.history().timesOpened()).isEqualTo(2);
    assertThat(watch.history().openedAndClosed()).isTrue();
    long closed = heard.getLast().nanos();
    assertThat(watch.history().firstSince(BreakerState.CLOSED, heard.get(1).nanos()))
        .hasValue(closed);
    assertThat(watch.history().firstSince(BreakerState.CLOSED, closed + 1)).isEmpty();
  }

  @Test
  void watch_tellsHealth_too() {
    await().until(() -> watch.latest().health().equals("healthy"));
    health = "degraded";

    await().until(() -> watch.latest().health().equals("degraded"));
    await().until(() -> heard.size() == 2);
    assertThat(heard.getLast().ofHealth()).isTrue();
    assertThat(heard.getLast().ofBreaker()).isFalse();
    long degraded = heard.getLast().nanos();
    assertThat(watch.history().firstSince("degraded", degraded)).hasValue(degraded);
    assertThat(watch.history().firstSince("degraded", degraded + 1)).isEmpty();
    assertThat(watch.history().firstSince("healthy", degraded)).isEmpty();
  }

  @Test
  void watch_goesOn_whenTheWorkerIsGone() throws Exception {
    see("open", BreakerState.OPEN);
    server.stop(0);

    assertThat(watch.awaitBreaker(BreakerState.UNKNOWN, PATIENCE)).isTrue();
    assertThat(watch.history().timesOpened()).isEqualTo(1);
  }

  @Test
  void awaitBreaker_givesUp_whenTheStateDoesNotCome() throws Exception {
    assertThat(watch.awaitBreaker(BreakerState.OPEN, Duration.ofMillis(300))).isFalse();
  }

  private void see(String wireName, BreakerState expected) throws Exception {
    state = wireName;
    assertThat(watch.awaitBreaker(expected, PATIENCE)).isTrue();
    await().until(() -> !heard.isEmpty() && heard.getLast().now().breaker() == expected);
  }

  private static void answer(HttpExchange exchange, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
