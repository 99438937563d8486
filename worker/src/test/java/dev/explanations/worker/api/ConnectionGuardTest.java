package dev.explanations.worker.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.api.RawHttp.Answer;
import dev.explanations.worker.http.ConnectionGuard;
import dev.explanations.worker.http.GuardedConnector;
import dev.explanations.worker.http.SparseLog;
import dev.explanations.worker.settings.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With real sockets: who holds back requests, or answers, keeps nobody out. */
class ConnectionGuardTest {
  private static final String TOKEN = "s3cret-Token.1234";
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
  private static final List<String> HOST = List.of("Host: localhost");

  private final OpsServer server =
      TestServers.of("127.0.0.1", new Secret(TOKEN), new MemoryBreakers("google_ai"));
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
  }

  private Socket send(String beginning) throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(2_048);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket.setSoTimeout(30_000);
    socket.getOutputStream().write(beginning.getBytes(US_ASCII));
    return socket;
  }

  private void assertLives() throws IOException {
    long begin = System.nanoTime();
    Answer answer = TestServers.call(server, "GET /live", HOST);
    assertThat(answer.status()).isEqualTo(200);
    // those in its way are hung up on after that time anyway
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(ConnectionGuard.MAX_HEAD);
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void thousandsOfHalfSentRequests_keepNoProbeOut_andFewDescriptors() throws Exception {
    boolean linux = Files.isDirectory(Path.of("/proc/self/fd"));
    long before = linux ? descriptors() : 0;
    int many = 2_000;
    try (LogCapture log = new LogCapture(SparseLog.class)) {
      for (int i = 0; i < many; i++) {
        send("GET /live HTTP/1.1\r\nHost: localh");
        if (i % 500 == 499) {
          assertLives();
        }
      }
      assertLives();
      if (linux) {
        // ours, and what the server keeps of theirs
        await()
            .untilAsserted(
                () ->
                    assertThat(descriptors() - before)
                        .isLessThan(many + ConnectionGuard.MAX_CONNECTIONS + 50));
      }
      assertThat(log.lines()).as("lines").hasSizeBetween(1, 2);
    }
  }

  @Test
  void headThatDripsIn_isNotWaitedFor() throws Exception {
    Socket socket = send("GET /live HTTP/1.1\r\nX-Slow: ");
    long begin = System.nanoTime();

    await().pollInterval(Duration.ofMillis(200)).until(() -> isClosedAfter(socket, "x"));

    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isGreaterThan(ConnectionGuard.MAX_HEAD.minusSeconds(1));
    assertLives();
  }

  @Test
  void exchangeThatDoesNotEnd_isNotWaitedFor() throws Exception {
    AtomicLong nanoTime = new AtomicLong();
    CountDownLatch begun = new CountDownLatch(1);
    Server jetty = new Server();
    GuardedConnector connector =
        new GuardedConnector(jetty, new HttpConfiguration(), "127.0.0.1", 0, nanoTime::get);
    jetty.addConnector(connector);
    jetty.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            begun.countDown(); // and is never completed
            return true;
          }
        });
    jetty.start();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

      nanoTime.addAndGet(ConnectionGuard.MAX_EXCHANGE.plusSeconds(1).toNanos());

      assertThat(socket.getInputStream().read()).as("end of the connection").isEqualTo(-1);
    } finally {
      jetty.stop();
    }
  }

  private static boolean isClosedAfter(Socket socket, String more) throws IOException {
    try {
      socket.getOutputStream().write(more.getBytes(US_ASCII));
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  @Test
  void connectionThatIsKeptAlive_isServedAgainAndAgain() throws Exception {
    String request = "GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    Socket socket = send(request);
    InputStream answers = socket.getInputStream();
    for (int i = 0; i < 3; i++) {
      String head = head(answers);
      assertThat(head).startsWith("HTTP/1.1 200 OK");
      Matcher length = LENGTH.matcher(head);
      assertThat(length.find()).as(head).isTrue();
      answers.skipNBytes(Long.parseLong(length.group(1)));
      socket.getOutputStream().write(request.getBytes(US_ASCII));
    }
  }

  /** The head of an answer, which may come in several parts. */
  private static String head(InputStream answers) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = answers.read();
      assertThat(next).as("after %s", head).isNotNegative();
      head.append((char) next);
    }
    return head.toString();
  }

  @Test
  void bodiesThatDoNotCome_andAnswersThatAreNotRead_keepNoProbeOut() throws Exception {
    String command =
        """
        POST /api/worker/pause HTTP/1.1
        Host: localhost
        Authorization: Bearer %s
        Content-Length: 1000

        half\
        """
            .formatted(TOKEN)
            .replace("\n", "\r\n");
    String page = "GET /assets/app.js HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(50);
    int many = 400;
    boolean linux = Files.isDirectory(Path.of("/proc/self/fd"));
    long before = linux ? descriptors() : 0;
    for (int i = 0; i < many; i++) {
      send(i % 2 == 0 ? command : page);
    }
    if (linux) {
      await()
          .untilAsserted(
              () ->
                  assertThat(descriptors() - before)
                      .isLessThan(many + ConnectionGuard.MAX_CONNECTIONS + 50));
    }
    // whoever is being answered has a second
    await().ignoreExceptions().untilAsserted(this::assertLives);
  }
}
