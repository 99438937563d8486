package dev.explanations.worker.gemini.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.gemini.answer.Bodies;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lost connections, timeouts, bodies without end, and interrupts. */
class GeminiTransportTest extends GeminiModelFixture {

  @Test
  void explain_isUnavailable_whenTheConnectionIsLost_onANewConnectionAndOnAUsedOne() {
    try (GeminiModel model = model()) {
      server.answer(FakeGemini.hangUp());
      assertFailed(model.explain(PROMPT), Outcome.Unavailable.class, ErrorCode.MODEL_UNAVAILABLE);
      assertThat(server.requests()).hasSize(1);

      server.answer(FakeGemini.with(200, Bodies.EXPLAINED));
      assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);
      server.answer(FakeGemini.hangUp());
      assertFailed(model.explain(PROMPT), Outcome.Unavailable.class, ErrorCode.MODEL_UNAVAILABLE);
      assertThat(server.requests()).hasSize(3);
    }
  }

  @Test
  void explain_isUnavailable_whenNobodyListens() throws IOException {
    String nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = "http://127.0.0.1:" + socket.getLocalPort();
    }
    try (GeminiModel model = model("GOOGLE_GEMINI_BASE_URL", nobody)) {
      assertFailed(model.explain(PROMPT), Outcome.Unavailable.class, ErrorCode.MODEL_UNAVAILABLE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void explain_keepsTheTimeout_alsoWhileTheBodyComes(boolean half) {
    server.answer(half ? server.withHalf(200, Bodies.EXPLAINED) : server.silence());
    try (GeminiModel model = model("GEMINI_TIMEOUT", "2s")) {
      long start = System.nanoTime();
      Outcome outcome = model.explain(PROMPT);
      Duration taken = Duration.ofNanos(System.nanoTime() - start);

      assertFailed(outcome, Outcome.Unavailable.class, ErrorCode.MODEL_TIMEOUT);
      assertThat(taken).isBetween(Duration.ofMillis(1_950), Duration.ofSeconds(20));
      assertThat(server.requests()).hasSize(1);
    }
  }

  /** As plain text, and as a gzip bomb. Before, the worker ran out of memory. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void explain_readsOnlySoMuch_ofABodyThatNeverEnds(boolean gzip) {
    server.answer(
        exchange -> {
          if (gzip) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          }
          exchange.sendResponseHeaders(200, 0);
          OutputStream raw = exchange.getResponseBody();
          OutputStream out = gzip ? new GZIPOutputStream(raw, 8192, true) : raw;
          out.write("{\"modelVersion\":\"m\",\"x\":\"".getBytes(UTF_8));
          byte[] block = "x".repeat(1 << 16).getBytes(UTF_8);
          while (true) {
            out.write(block);
          }
        });
    try (GeminiModel model = model()) {
      Outcome outcome = model.explain(PROMPT);

      assertFailed(outcome, Outcome.Unavailable.class, ErrorCode.INCOMPLETE_ANSWER);
      assertThat(((Outcome.Failed) outcome).message()).contains("too large");
    }
  }

  @Test
  void explain_knowsTheStatus_evenIfTheErrorsBodyNeverEnds() {
    server.answer(server.withHalf(429, Bodies.RATE_LIMITED));
    try (GeminiModel model = model("GEMINI_TIMEOUT", "500ms")) {
      assertFailed(model.explain(PROMPT), Outcome.Throttled.class, ErrorCode.RATE_LIMITED);
    }
  }

  @Test
  void explain_endsEarly_whenInterrupted() throws InterruptedException {
    server.answer(server.silence());
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    try (GeminiModel model = model()) {
      Thread caller =
          Thread.startVirtualThread(
              () -> {
                outcome.set(model.explain(PROMPT));
                flag.set(Thread.currentThread().isInterrupted());
              });
      await().until(() -> server.requests().size() == 1);
      caller.interrupt();
      caller.join(Duration.ofSeconds(20));
    }

    assertFailed(outcome.get(), Outcome.Unavailable.class, ErrorCode.MODEL_UNAVAILABLE);
    assertThat(flag).isTrue();
  }

  @Test
  void explain_makesNoCall_whenInterruptedBefore() throws InterruptedException {
    AtomicReference<Outcome> outcome = new AtomicReference<>();
    try (GeminiModel model = model()) {
      Thread.startVirtualThread(
              () -> {
                Thread.currentThread().interrupt();
                outcome.set(model.explain(PROMPT));
              })
          .join(Duration.ofSeconds(20));
    }

    assertThat(outcome.get()).isInstanceOf(Outcome.Unavailable.class);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void explain_servesManyThreads() throws Exception {
    List<Future<Outcome>> outcomes = new ArrayList<>();
    try (GeminiModel model = model();
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        outcomes.add(callers.submit(() -> model.explain(PROMPT)));
      }
      for (Future<Outcome> outcome : outcomes) {
        assertThat(outcome.get()).isInstanceOf(Outcome.Explained.class);
      }
    }
    assertThat(server.requests()).hasSize(200);
  }

  @Test
  void warmUp_makesNoCall() {
    try (GeminiModel model = model()) {
      model.warmUp();
    }
    assertThat(server.requests()).isEmpty();
  }
}
