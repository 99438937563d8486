package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.fuzz.Choice;
import dev.explanations.worker.fuzz.Corpus;
import dev.explanations.worker.fuzz.Fuzz;
import dev.explanations.worker.fuzz.JsonFuzz;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Any request over HTTP is answered, and never with a 5xx. */
class HttpFuzzTest {

  /** Of one server: more commands at once are too many. */
  private static final int REQUESTS = 90;

  private static final List<String> PATHS =
      List.of(
          "/api/cache/invalidate",
          "/api/cache/clear",
          "/api/cache/entry",
          "/api/cache/entry?topic=a&subtopic=b",
          "/api/worker/pause",
          "/api/worker/resume",
          "/api/dead-letters/redrive",
          "/api/log-level",
          "/api/circuit-breaker/google_ai/open",
          "/api/circuit-breaker/google_ai/reset",
          "/api/circuit-breaker/google_ai/state",
          "/api/dead-letters",
          "/api/dead-letters/redrive/1",
          "/api/metrics",
          "/metrics",
          "/api/health",
          "/dashboard/",
          "/");

  private static final List<String> ODD_PATHS =
      List.of(
          "%00",
          "%",
          "%zz",
          "..",
          "%2e%2e",
          "%2F",
          ";a=b",
          "//",
          "\\",
          "?limit=",
          "?limit=-1",
          "?limit=99999999999999999999",
          "?limit=%F0%9F%8C%B1",
          "?limit=1&limit=2",
          "?reason=x",
          "?reason=%u0000",
          "?topic=%zz&subtopic=b",
          "?topic=%ED%A0%80&subtopic=%00",
          "?&&==",
          "?" + "a=b&".repeat(300),
          "é",
          "*");

  private static final List<String> METHODS =
      List.of("POST", "POST", "POST", "POST", "GET", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE");

  private static final List<String> HEADERS =
      List.of(
          "Content-Type: application/json",
          "Content-Type: text/plain;charset=\"",
          "Accept: */*",
          "Content-Type: multipart/form-data; boundary=x",
          "Content-Encoding: gzip",
          "Transfer-Encoding: gzip",
          "Accept-Encoding: gzip;q=x",
          "Range: bytes=9-1",
          "X-HTTP-Method-Override: PATCH",
          "Authorization: Bearer x",
          "Authorization: \t",
          "If-None-Match: \"",
          "Expect: 100-continue",
          "Cookie: =;=",
          "Origin: null");

  private final JsonFuzz bodies = new JsonFuzz(Corpus.of("http"));

  @Test
  void requests_areAnswered_andNoneMakesTheServerFail() {
    Fuzz.run("HTTP", 6, this::run);
  }

  private void run(RandomGenerator random) throws IOException {
    MemoryBreakers breakers = new MemoryBreakers("google_ai");
    try (OpsServer server = TestServers.of(breakers, new MemoryControl(breakers))) {
      server.start();
      for (int i = 0; i < REQUESTS; i++) {
        String request = Choice.of(random, METHODS) + " " + path(random) + " HTTP/1.1";
        String body = body(random);
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        List<String> head =
            List.of(
                request,
                "Host: localhost",
                Choice.of(random, HEADERS),
                "Content-Length: " + length);
        assertThat(status(server, head, body)).as(request).isLessThan(500);
      }
      assertThat(TestServers.call(server, "GET /live", List.of("Host: localhost")).status())
          .isEqualTo(200);
    }
  }

  /** 0 where the server has closed the connection amid a body that it refused. */
  private static int status(OpsServer server, List<String> head, String body) throws IOException {
    try {
      return RawHttp.send(server.port(), head, body).status();
    } catch (SocketException e) {
      return 0;
    }
  }

  private static String path(RandomGenerator random) {
    String path = Choice.of(random, PATHS);
    return Choice.oneIn(random, 4) ? path + Choice.of(random, ODD_PATHS) : path;
  }

  private String body(RandomGenerator random) {
    return switch (random.nextInt(8)) {
      case 0 -> "";
      case 1 -> JsonFuzz.odd(random);
      default -> new String(bodies.next(random), StandardCharsets.UTF_8);
    };
  }
}
