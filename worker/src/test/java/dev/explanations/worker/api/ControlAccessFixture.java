package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.api.RawHttp.Answer;
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.settings.Secret;
import java.io.IOException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;

/** A server with a control token and one without; both open the same breaker. */
abstract class ControlAccessFixture {
  static final String TOKEN = "s3cret-Token.1";
  static final String OPEN = "POST /api/circuit-breaker/google_ai/open";
  static final String RIGHT = "Authorization: Bearer " + TOKEN;

  final MemoryBreakers breakers = new MemoryBreakers("google_ai");

  @AutoClose final OpsServer server = TestServers.of("127.0.0.1", new Secret(TOKEN), breakers);

  @AutoClose final OpsServer tokenless = TestServers.of("127.0.0.1", null, breakers);

  @BeforeEach
  void start() throws IOException {
    server.start();
    tokenless.start();
  }

  static void assertProblem(Answer answer, int status) throws IOException {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    assertThat(answer.json().path("detail").asText()).isNotBlank();
  }

  final void assertNotOpened() {
    assertThat(breakers.state("google_ai")).isEqualTo(State.CLOSED);
  }

  final void assertOpened() {
    assertThat(breakers.state("google_ai")).isEqualTo(State.OPEN);
  }
}
