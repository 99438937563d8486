package dev.explanations.worker.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.api.RawHttp.Answer;
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.http.ControlAccess;
import dev.explanations.worker.http.SparseLog;
import dev.explanations.worker.settings.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlAccessTest {
  private static final String TOKEN = "s3cret-Token.1";
  private static final String OPEN = "POST /api/circuit-breaker/google_ai/open";
  private static final String RIGHT = "Authorization: Bearer " + TOKEN;

  private final MemoryBreakers breakers = new MemoryBreakers("google_ai");
  private final OpsServer server = TestServers.of("127.0.0.1", new Secret(TOKEN), breakers);
  private final OpsServer tokenless = TestServers.of("127.0.0.1", null, breakers);

  @BeforeEach
  void start() throws IOException {
    server.start();
    tokenless.start();
  }

  @AfterEach
  void close() {
    server.close();
    tokenless.close();
  }

  private static void assertProblem(Answer answer, int status) throws IOException {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    assertThat(answer.json().path("detail").asText()).isNotBlank();
  }

  private void assertNotOpened() {
    assertThat(breakers.state("google_ai")).isEqualTo(State.CLOSED);
  }

  private void assertOpened() {
    assertThat(breakers.state("google_ai")).isEqualTo(State.OPEN);
  }

  @Nested
  class WithToken {

    private Answer open(String... headers) throws IOException {
      List<String> all = new ArrayList<>(List.of("Host: worker.example"));
      all.addAll(List.of(headers));
      return TestServers.call(server, OPEN, all);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "Authorization: Bearer " + TOKEN,
          "authorization: bearer " + TOKEN,
          "Authorization:   BEARER   " + TOKEN + "  "
        })
    void rightToken_isAdmitted(String header) throws Exception {
      assertThat(open(header).status()).isEqualTo(200);
      assertOpened();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "X-Other: 1",
          "Authorization:",
          "Authorization: Bearer",
          "Authorization: Bearer s3cret-Token.",
          "Authorization: Bearer s3cret-Token.11",
          "Authorization: Bearer S3cret-Token.1",
          "Authorization: Bearer s3cret-Token.1 x",
          "Authorization: Bearer s3cret-Token.1,",
          "Authorization: Bearers3cret-Token.1",
          "Authorization: Basic s3cret-Token.1",
          "Authorization: s3cret-Token.1",
          "Authorization: Bearer ******",
          "Authorization: Bearer x\r\nAuthorization: Bearer s3cret-Token.1",
          "Cookie: token=s3cret-Token.1"
        })
    void anythingElse_isUnauthorized(String header) throws Exception {
      Answer answer = open(header);

      assertProblem(answer, 401);
      assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
      assertThat(answer.body()).doesNotContain(TOKEN);
      assertNotOpened();
    }

    @Test
    void tokenInTheUrl_isUnauthorized() throws Exception {
      String url = OPEN + "?access_token=" + TOKEN + "&token=" + TOKEN;

      assertProblem(TestServers.call(server, url, List.of("Host: localhost")), 401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /", "POST /api/nowhere", "POST /live", "DELETE /api/health"})
    void everyCommand_needsTheToken_whateverItsPath(String request) throws Exception {
      assertProblem(TestServers.call(server, request, List.of("Host: localhost")), 401);
      assertThat(TestServers.call(server, request, List.of("Host: localhost", RIGHT)).status())
          .isIn(404, 405);
    }

    @Test
    void overriddenMethod_needsTheTokenToo() throws Exception {
      List<String> headers = List.of("Host: localhost", "X-HTTP-Method-Override: POST");

      Answer answer = TestServers.call(server, OPEN.replace("POST", "GET"), headers);

      assertProblem(answer, 401);
      assertNotOpened();
    }

    @Test
    void reading_needsNone() throws Exception {
      List<String> host = List.of("Host: worker.example");

      assertThat(TestServers.call(server, "GET /api/circuit-breaker", host).status())
          .isEqualTo(200);
      assertThat(TestServers.call(server, "GET /api/health", host).status()).isEqualTo(200);
    }

    @Test
    void hostAndOrigin_doNotMatter_whereTheTokenIsRight() throws Exception {
      Answer answer =
          open(RIGHT, "Origin: https://dashboard.example", "Sec-Fetch-Site: cross-site");

      assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void localCallers_needItToo() throws Exception {
      assertProblem(TestServers.call(server, OPEN, List.of("Host: localhost")), 401);
    }

    @Test
    void body_isNotReadWithoutTheToken() throws Exception {
      // the body never comes: the answer must not wait for it
      Answer answer = open("Content-Length: 60000", "Expect: 100-continue");

      assertProblem(answer, 401);
      assertProblem(open("Content-Length: 10000000"), 401);
      assertProblem(open("Transfer-Encoding: chunked"), 401);
    }

    @Test
    void commands_areLimited_andCountOnlyWhenAdmitted() throws Exception {
      Answer answer = open(RIGHT);
      int admitted = 1;
      while (admitted < 1_000 && answer.status() == 200) {
        open("Authorization: Bearer x");
        answer = open(RIGHT);
        admitted++;
      }

      assertProblem(answer, 429);
      assertThat(answer.header("Retry-After")).isEqualTo("1");
      assertThat(admitted).isGreaterThan(100);
      // one more each tenth of a second
      await().untilAsserted(() -> assertThat(open(RIGHT).status()).isEqualTo(200));
    }

    @Test
    void aThousandWrongTokens_areRefusedAtAPace_andDoNotLockOutTheRightOne() throws Exception {
      try (LogCapture refusals = new LogCapture(SparseLog.class);
          HttpClient client = HttpClient.newHttpClient()) {
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(server.port(), OPEN.substring(5)));
        int rounds = 20;
        int atOnce = 50;
        List<HttpResponse<Void>> answers = new ArrayList<>();
        long start = System.nanoTime();
        for (int round = 0; round < rounds; round++) {
          List<CompletableFuture<HttpResponse<Void>>> pending = new ArrayList<>();
          for (int i = 0; i < atOnce; i++) {
            HttpRequest wrong =
                HttpRequest.newBuilder(uri)
                    .header("Authorization", "Bearer " + TOKEN + round + "-" + i)
                    .POST(BodyPublishers.noBody())
                    .build();
            pending.add(client.sendAsync(wrong, BodyHandlers.discarding()));
          }
          pending.forEach(it -> answers.add(it.join()));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertNotOpened();
        assertThat(answers).allSatisfy(it -> assertThat(it.statusCode()).isIn(401, 429));
        List<HttpResponse<Void>> tooMany =
            answers.stream().filter(it -> it.statusCode() == 429).toList();
        // the first hundred are told so, and one a second
        assertThat(tooMany).hasSizeBetween(rounds * atOnce - 101 - (int) took.toSeconds(), 900);
        assertThat(tooMany)
            .allSatisfy(it -> assertThat(it.headers().firstValue("Retry-After")).contains("1"));
        // 250 a second
        assertThat(took).isGreaterThan(Duration.ofMillis(4).multipliedBy(tooMany.size() - 1));

        assertThat(open(RIGHT).status()).isEqualTo(200);
        assertOpened();
        assertThat(refusals.lines()).as("lines for 1,000 refusals").hasSizeBetween(1, 5);
        assertThat(refusals.lines().toString()).doesNotContain(TOKEN);
      }
    }
  }

  @Nested
  class Settings {
    private Answer figures(OpsServer of, String... headers) throws IOException {
      List<String> all = new ArrayList<>(List.of("Host: localhost"));
      all.addAll(List.of(headers));
      return TestServers.call(of, "GET /api/metrics", all);
    }

    @Test
    void areShown_toWhoeverBringsTheToken_andNobodyElse() throws Exception {
      assertThat(figures(server, RIGHT).json().path("config").isObject()).isTrue();
      assertThat(figures(server).json().has("config")).isFalse();
      assertThat(figures(server).json().has("requests")).isTrue();
      assertThat(figures(server, "Authorization: Basic eDp5").json().has("config")).isFalse();
      assertProblem(figures(server, RIGHT + "x"), 401);
      assertThat(figures(tokenless).json().path("config").isObject()).isTrue();
    }
  }

  @Nested
  class Guesses {
    private Socket guess(int i) throws IOException {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
      socket.setSoTimeout(20_000);
      String head = OPEN + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer wrong-" + i + "\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(US_ASCII));
      return socket;
    }

    @Test
    void above100Waiters_areHungUpOn_neverAnsweredFaster_andTheRightOneIsAtOnce() throws Exception {
      // the first hundred are told so
      for (int i = 0; i < 110; i++) {
        guess(i).close();
      }
      long start = System.nanoTime();
      List<Socket> guesses = new ArrayList<>();
      for (int i = 0; i < 1_500; i++) {
        guesses.add(guess(i));
      }
      assertThat(open(RIGHT)).isEqualTo(200);
      long told = 0;
      for (Socket socket : guesses) {
        try (socket) {
          byte[] answer = socket.getInputStream().readNBytes(12);
          told += answer.length == 0 ? 0 : 1;
        } catch (IOException e) {
          // hung up on
        }
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      // 250 a second, and one a second that is told it is wrong
      assertThat(told).isPositive().isLessThan(110 + took.toMillis() / 4 + took.toSeconds());
      assertOpened();
    }

    private int open(String header) throws IOException {
      return TestServers.call(server, OPEN, List.of("Host: a", header)).status();
    }
  }

  @Nested
  class Heads {
    @ParameterizedTest
    @ValueSource(strings = {"/api/dead-letters", "/api/dead-letters/redrive/x"})
    void needTheToken_whereverAGetDoes(String path) throws Exception {
      List<String> host = List.of("Host: localhost");

      for (String method : List.of("GET ", "HEAD ")) {
        assertThat(TestServers.call(server, method + path, host).status()).isEqualTo(401);
        assertThat(
                TestServers.call(server, method + path, List.of("Host: localhost", RIGHT + "wrong"))
                    .status())
            .isEqualTo(401);
      }
      Answer get = TestServers.call(server, "GET " + path, List.of("Host: localhost", RIGHT));
      Answer head = TestServers.call(server, "HEAD " + path, List.of("Host: localhost", RIGHT));
      assertThat(head.status()).isEqualTo(get.status()).isNotEqualTo(401);
      assertThat(head.body()).isEmpty();
    }

    @Test
    void areAnsweredAsGets_whereverThereIsOne() throws Exception {
      for (String endpoint : server.endpoints()) {
        if (endpoint.startsWith("GET ")) {
          String path =
              endpoint.substring(4).replace("<name>", "none").replace("{file}", "none.js");
          List<String> headers = List.of("Host: localhost", RIGHT);
          assertThat(TestServers.call(server, "HEAD " + path, headers).status())
              .as(path)
              .isEqualTo(TestServers.call(server, "GET " + path, headers).status());
        }
      }
    }
  }

  @Nested
  class WithoutToken {

    private Answer open(String... headers) throws IOException {
      return TestServers.call(tokenless, OPEN, List.of(headers));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "localhost",
          "localhost:8080",
          "LocalHost:1",
          "127.0.0.1",
          "127.0.0.1:8080",
          "127.3.2.1:80",
          "[::1]",
          "[::1]:65535"
        })
    void loopbackHosts_areAdmitted_withAnyPort(String host) throws Exception {
      assertThat(open("Host: " + host).status()).isEqualTo(200);
      assertOpened();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "attacker.example",
          "attacker.example:8080",
          "localhost.attacker.example",
          "127.0.0.1.attacker.example",
          "attacker-localhost",
          "evil.localhost",
          "128.0.0.1",
          "10.0.0.1:8080",
          "0.0.0.0:8080",
          "[::]:8080",
          "[::2]"
        })
    void otherHosts_areMisdirected(String host) throws Exception {
      assertProblem(open("Host: " + host), 421);
      assertNotOpened();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/",
          "/live",
          "/api/health",
          "/api/metrics",
          "/metrics",
          "/api/dead-letters",
          "/x"
        })
    void reading_needsALoopbackNameToo(String path) throws Exception {
      for (String method : List.of("GET ", "HEAD ", "OPTIONS ")) {
        for (String host : List.of("evil.example", "evil.example:8080", "127.0.0.1.evil.example")) {
          assertThat(TestServers.call(tokenless, method + path, List.of("Host: " + host)).status())
              .as(method + host)
              .isEqualTo(421);
        }
        assertThat(TestServers.call(tokenless, method + path, List.of("Host: localhost")).status())
            .isNotEqualTo(421);
      }
      assertProblem(TestServers.call(tokenless, "GET " + path, List.of("Host: evil.example")), 421);
    }

    @Test
    void hosts_areNotTakenFromElsewhere() throws Exception {
      assertProblem(
          open(
              "Host: attacker.example", "X-Forwarded-Host: localhost", "Forwarded: host=localhost"),
          421);
      assertThat(open("Host: localhost", "Host: attacker.example").status()).isEqualTo(400);
      List<String> old = List.of(OPEN + " HTTP/1.0");
      assertProblem(RawHttp.send(tokenless.port(), old, ""), 421);
      assertNotOpened();
    }

    @ParameterizedTest
    @CsvSource({
      "http://localhost:8080,",
      "HTTP://LOCALHOST:8080,",
      "http://localhost:8080,same-origin",
      ",same-origin",
      ",none"
    })
    void ownPages_areAdmitted(String origin, String site) throws Exception {
      assertThat(fromPage(origin, site).status()).isEqualTo(200);
      assertOpened();
    }

    @ParameterizedTest
    @CsvSource({
      "https://attacker.example,",
      "http://attacker.example,same-origin",
      "http://localhost:3000,",
      "http://localhost,",
      "https://localhost:8080,",
      "http://127.0.0.1:8080,",
      "http://localhost:8080.attacker.example,",
      "null,",
      "http://localhost:8080,cross-site",
      ",cross-site",
      ",same-site",
      ",odd"
    })
    void otherPages_areForbidden(String origin, String site) throws Exception {
      assertProblem(fromPage(origin, site), 403);
      assertNotOpened();
    }

    private Answer fromPage(String origin, String site) throws IOException {
      List<String> headers = new ArrayList<>(List.of("Host: localhost:8080"));
      if (origin != null) {
        headers.add("Origin: " + origin);
      }
      if (site != null) {
        headers.add("Sec-Fetch-Site: " + site);
      }
      return open(headers.toArray(String[]::new));
    }

    @Test
    void otherMachines_areForbidden_shouldTheServerBeReachable() throws Exception {
      InetAddress address =
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .filter(it -> !it.isLoopbackAddress() && !it.isLinkLocalAddress())
              .findFirst()
              .orElse(null);
      Assumptions.assumeTrue(address != null, "this machine has no other address");
      // the settings refuse it; a name in HTTP_HOST may still resolve to more than it says
      try (OpsServer reachable = TestServers.of("0.0.0.0", null, breakers)) {
        reachable.start();
        List<String> head = List.of(OPEN + " HTTP/1.1", "Host: localhost");

        assertProblem(RawHttp.send(address, reachable.port(), head, ""), 403);
        assertNotOpened();
        assertThat(RawHttp.send(reachable.port(), head, "").status()).isEqualTo(200);
      }
    }

    @Test
    void aToken_doesNoHarm() throws Exception {
      assertThat(open("Host: localhost", RIGHT).status()).isEqualTo(200);
    }

    @Test
    void body_isNotReadOfAStranger() throws Exception {
      assertProblem(open("Host: attacker.example", "Content-Length: 60000"), 421);
    }
  }

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
