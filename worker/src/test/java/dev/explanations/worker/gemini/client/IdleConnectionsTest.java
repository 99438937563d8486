package dev.explanations.worker.gemini.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.gemini.answer.Bodies;
import dev.explanations.worker.settings.SettingsLoader;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The real SDK, and a server that closes connections. */
class IdleConnectionsTest {

  private static final Prompt PROMPT = TestPrompt.of("You explain.", "Explain.", 300);

  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger closedByUs = new AtomicInteger();
  private volatile long lastUse = System.nanoTime();

  /** How long it takes the server to hang up on the second request of a connection. */
  private volatile Duration patience = Duration.ZERO;

  private ServerSocket server;
  private GeminiModel model;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(
        () -> {
          try {
            while (true) {
              Socket socket = server.accept();
              connections.incrementAndGet();
              Thread.startVirtualThread(() -> serve(socket));
            }
          } catch (IOException e) {
            // the end of the test
          }
        });
    String url = "http://127.0.0.1:" + server.getLocalPort();
    model =
        GeminiModel.create(
            SettingsLoader.load(Map.of("GOOGLE_API_KEY", "k-1", "GOOGLE_GEMINI_BASE_URL", url))
                .gemini(),
            "m");
  }

  @AfterEach
  void stop() throws IOException {
    model.close();
    server.close();
  }

  /** One answer for each connection; its next request is read, and not answered. */
  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      request(in);
      byte[] body = Bodies.EXPLAINED.getBytes(UTF_8);
      socket
          .getOutputStream()
          .write(
              "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(body.length, Bodies.EXPLAINED)
                  .getBytes(UTF_8));
      lastUse = System.nanoTime();
      request(in);
      Thread.sleep(patience);
    } catch (IOException e) {
      closedByUs.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void request(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    requests.incrementAndGet();
    Matcher length = LENGTH.matcher(head);
    assertThat(length.find()).isTrue();
    byte[] body = new byte[Integer.parseInt(length.group(1))];
    in.readFully(body);
    assertThat(new String(body, US_ASCII)).startsWith("{");
  }

  private void awaitIdle(Duration idle) {
    await().until(() -> System.nanoTime() - lastUse > idle.toNanos());
  }

  @Test
  void explain_tellsAnIdleConnectionThatIsClosed_andTakesANewOneNext() {
    assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);
    awaitIdle(Duration.ofMillis(1_200));

    assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.ConnectionLost.class);
    assertThat(requests).hasValue(2);
    assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);
    assertThat(connections).hasValue(2);
  }

  @Test
  void explain_isUnavailable_whenTheConnectionWasInUse_orTheAnswerTookItsTime() {
    assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);
    assertUnavailable(model.explain(PROMPT));

    patience = Duration.ofMillis(400);
    assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);
    awaitIdle(Duration.ofMillis(1_200));
    assertUnavailable(model.explain(PROMPT));
  }

  private static void assertUnavailable(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
    assertThat(((Outcome.Failed) outcome).code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE);
  }

  @Test
  void explain_usesNoConnectionAgain_thatWasIdleFor4Seconds() {
    assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);

    await().until(() -> closedByUs.get() == 1);
    assertThat(System.nanoTime() - lastUse).isGreaterThan(Duration.ofMillis(3_500).toNanos());
    assertThat(model.explain(PROMPT)).isInstanceOf(Outcome.Explained.class);
    assertThat(connections).hasValue(2);
  }
}
