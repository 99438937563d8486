package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.api.RawHttp.Answer;
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.http.ControlAccess;
import dev.explanations.worker.settings.Secret;
import dev.explanations.worker.settings.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code READ_TOKEN} shows what a token is needed for, and commands nothing. */
class ReadTokenTest {
  private static final Settings.Token CONTROL =
      new Settings.Token(new Secret("control-token"), null);
  private static final Settings.Token READ = new Settings.Token(new Secret("read-token"), null);
  private static final String COMMANDER = "Authorization: Bearer control-token";
  private static final String READER = "Authorization: Bearer read-token";
  private static final String LETTERS = "GET /api/dead-letters";
  private static final String OPEN = "POST /api/circuit-breaker/google_ai/open";

  private final MemoryBreakers breakers = new MemoryBreakers("google_ai");

  @AutoClose
  private final OpsServer server =
      TestServers.of(new Settings.Http("127.0.0.1", 0, CONTROL, READ, null), breakers);

  @AutoClose
  private final OpsServer readOnly =
      TestServers.of(new Settings.Http("127.0.0.1", 0, null, READ, null), breakers);

  @BeforeEach
  void start() throws IOException {
    server.start();
    readOnly.start();
  }

  private Answer call(String request, String... headers) throws IOException {
    return call(server, request, headers);
  }

  private static Answer call(OpsServer to, String request, String... headers) throws IOException {
    List<String> all = new ArrayList<>(List.of("Host: localhost"));
    all.addAll(List.of(headers));
    return TestServers.call(to, request, all);
  }

  @ParameterizedTest
  @ValueSource(strings = {READER, COMMANDER})
  void eitherToken_shows_whatNeedsOne(String token) throws Exception {
    assertThat(call(LETTERS, token).status()).isEqualTo(200);
    assertThat(call("HEAD /api/dead-letters", token).status()).isEqualTo(200);
    assertThat(call("GET /api/dead-letters/redrive/none", token).status()).isEqualTo(404);
    assertThat(call("GET /api/metrics", token).json().path("config").isObject()).isTrue();
  }

  @Test
  void without_itIsAsBefore() throws Exception {
    Answer refused = call(LETTERS);

    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.json().path("detail").asText()).contains("CONTROL_TOKEN or READ_TOKEN");
    assertThat(call(LETTERS, READER + "x").status()).isEqualTo(401);
    assertThat(call("GET /api/metrics").json().has("config")).isFalse();
    assertThat(call("GET /api/metrics", READER + "x").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        OPEN,
        "POST /api/dead-letters/redrive",
        "POST /api/log-level",
        "POST /api/nowhere",
        "DELETE /api/health"
      })
  void command_isForbidden_withoutAChallenge(String command) throws Exception {
    // the body never comes: the answer must not wait for it
    Answer answer = call(command, READER, "Content-Length: 60000", "Expect: 100-continue");

    ControlAccessFixture.assertProblem(answer, 403);
    assertThat(answer.headers()).doesNotContainKey("www-authenticate");
    assertThat(answer.json().path("detail").asText()).contains("READ_TOKEN", "CONTROL_TOKEN");
    assertThat(breakers.state("google_ai")).isEqualTo(State.CLOSED);
  }

  @Test
  void overriddenMethod_isForbiddenToo() throws Exception {
    String[] headers = {READER, "X-HTTP-Method-Override: POST"};

    ControlAccessFixture.assertProblem(call(OPEN.replace("POST", "GET"), headers), 403);
    assertThat(breakers.state("google_ai")).isEqualTo(State.CLOSED);
  }

  @Test
  void forbiddenCommands_lockNobodyOut_andAreNoLineEach() throws Exception {
    try (LogCapture log = new LogCapture(ControlAccess.class)) {
      for (int i = 0; i < 300; i++) {
        assertThat(call(OPEN, READER).status()).isEqualTo(403);
      }
      assertThat(log.lines()).isEmpty();
    }
    assertThat(call(LETTERS, READER).status()).isEqualTo(200);
    assertThat(call(OPEN, COMMANDER).status()).isEqualTo(200);
  }

  @Test
  void readers_areLimited_andUseUpNoCommands() throws Exception {
    Answer answer = call(LETTERS, READER);
    for (int reads = 1; reads < 1_000 && answer.status() == 200; reads++) {
      answer = call(LETTERS, READER);
    }

    ControlAccessFixture.assertProblem(answer, 429);
    assertThat(call(OPEN, COMMANDER).status()).isEqualTo(200);
    // one more each tenth of a second
    await().untilAsserted(() -> assertThat(call(LETTERS, READER).status()).isEqualTo(200));
  }

  @Test
  void withoutAControlToken_thisMachineCommands_butNotByTheReadToken() throws Exception {
    assertThat(call(readOnly, LETTERS).status()).isEqualTo(200);
    assertThat(call(readOnly, LETTERS, READER).status()).isEqualTo(200);
    ControlAccessFixture.assertProblem(call(readOnly, OPEN, READER), 403);
    assertThat(breakers.state("google_ai")).isEqualTo(State.CLOSED);
    assertThat(call(readOnly, OPEN).status()).isEqualTo(200);
  }
}
