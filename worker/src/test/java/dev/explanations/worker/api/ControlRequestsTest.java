package dev.explanations.worker.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.api.RawHttp.Answer;
import dev.explanations.worker.http.ControlAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Bodies of commands, the log lines about them, and the absence of CORS headers. */
class ControlRequestsTest extends ControlAccessFixture {
  @Nested
  class Bodies {

    private Answer open(String body, String... headers) throws IOException {
      List<String> head = new ArrayList<>(List.of(OPEN + " HTTP/1.1", "Host: a", RIGHT));
      head.addAll(List.of(headers));
      return RawHttp.send(server.port(), head, body);
    }

    @Test
    void mayBeEmptyOrAnything() throws Exception {
      assertThat(open("").status()).isEqualTo(200);
      assertThat(open("", "Content-Length: 0", "Content-Type: application/json").status())
          .isEqualTo(200);
      assertThat(open("not json", "Content-Length: 8").status()).isEqualTo(200);
      assertThat(open("a=b", "Content-Length: 3", "Content-Type: text/plain").status())
          .isEqualTo(200);
    }

    @Test
    void mayHave64Kilobytes() throws Exception {
      assertThat(open("x".repeat(65_536), "Content-Length: 65536").status()).isEqualTo(200);
      assertThat(open(chunked(65_536), "Transfer-Encoding: chunked").status()).isEqualTo(200);
    }

    @Test
    void areTooLargeAbove() throws Exception {
      assertProblem(open("", "Content-Length: 65537"), 413);
      assertProblem(open("", "Content-Length: 9223372036854775807"), 413);
      assertProblem(open(chunked(65_537), "Transfer-Encoding: chunked"), 413);
      assertNotOpened();
    }

    @Test
    void doNothing_whenBroken() throws Exception {
      try (LogCapture log = new LogCapture(OpsServer.class)) {
        assertProblem(open("zz\r\nbroken\r\n", "Transfer-Encoding: chunked"), 400);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
          String half =
              OPEN + " HTTP/1.1\r\nHost: a\r\n" + RIGHT + "\r\nContent-Length: 10\r\n\r\nhalf";
          socket.getOutputStream().write(half.getBytes(US_ASCII));
          socket.shutdownOutput();
          socket.getInputStream().readAllBytes();
        }
        assertNotOpened();
        assertThat(log.lines()).isEmpty();
      }
    }

    private static String chunked(int size) {
      return Integer.toHexString(size) + "\r\n" + "x".repeat(size) + "\r\n0\r\n\r\n";
    }
  }

  @Nested
  class Audit {

    private List<String> lines(OpsServer to, String request, String... headers) throws IOException {
      try (LogCapture log = new LogCapture(ControlAccess.class)) {
        List<String> all = new ArrayList<>(List.of("Host: localhost"));
        all.addAll(List.of(headers));
        TestServers.call(to, request, all);
        return log.lines();
      }
    }

    @Test
    void tellsWhoFromWhereWhatAndTheResult() throws Exception {
      assertThat(lines(server, OPEN, RIGHT))
          .containsExactly("INFO Control: " + OPEN + " by token from 127.0.0.1: 200");
      assertThat(lines(tokenless, OPEN))
          .containsExactly("INFO Control: " + OPEN + " by loopback from 127.0.0.1: 200");
      String unknown = "POST /api/circuit-breaker/openai/reset";
      assertThat(lines(server, unknown, RIGHT))
          .containsExactly("INFO Control: " + unknown + " by token from 127.0.0.1: 404");
      assertThat(lines(server, OPEN, RIGHT, "Content-Length: 65537"))
          .containsExactly("INFO Control: " + OPEN + " by token from 127.0.0.1: 413");
      breakers.fail(new IllegalStateException("odd"));
      assertThat(lines(server, OPEN, RIGHT))
          .containsExactly("INFO Control: " + OPEN + " by token from 127.0.0.1: 500");
    }

    @Test
    void hasNoLine_forRefusedCommandsAndForReading() throws Exception {
      assertThat(lines(server, OPEN)).isEmpty();
      assertThat(lines(server, "GET /api/circuit-breaker", RIGHT)).isEmpty();
    }

    @Test
    void cannotBeForged() throws Exception {
      List<String> encoded =
          lines(server, "POST /api/circuit-breaker/a%0AINFO%20Control%1b/open", RIGHT);
      List<String> raw =
          lines(server, "POST /api/circuit-breaker/\u0085\u009b\u2028\u00e9/open", RIGHT);
      List<String> method =
          lines(server, "POST /x", RIGHT, "X-HTTP-Method-Override: GE\u0085\u009bT\u2028\tx");
      List<String> endless = lines(server, "POST /" + "x".repeat(4_000), RIGHT);

      assertThat(encoded)
          .containsExactly(
              "INFO Control: POST /api/circuit-breaker/a%0AINFO%20Control%1b/open"
                  + " by token from 127.0.0.1: 404");
      assertThat(raw).allSatisfy(line -> assertThat(line).matches("[ -~]+"));
      assertThat(method).singleElement().asString().matches("[ -~]+").contains(" /x by token");
      assertThat(endless).singleElement().asString().hasSizeLessThan(400);
    }
  }

  @Test
  void noAnswer_allowsOtherOrigins() throws Exception {
    List<String> preflight =
        List.of(
            "Host: localhost",
            "Origin: https://attacker.example",
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: authorization");
    for (OpsServer each : List.of(server, tokenless)) {
      Answer options = TestServers.call(each, OPEN.replace("POST", "OPTIONS"), preflight);
      Answer get = TestServers.call(each, "GET /api/health", preflight);

      assertThat(options.status()).isEqualTo(405);
      assertThat(options.headers().keySet()).noneMatch(it -> it.startsWith("access-control"));
      assertThat(get.headers().keySet()).noneMatch(it -> it.startsWith("access-control"));
    }
  }
}
