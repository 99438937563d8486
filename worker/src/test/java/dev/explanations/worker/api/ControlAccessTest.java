package dev.explanations.worker.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.api.RawHttp.Answer;
import dev.explanations.worker.http.SparseLog;
import java.io.IOException;
import java.net.InetAddress;
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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlAccessTest extends ControlAccessFixture {
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
}
