package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.api.RawHttp.Answer;
import dev.explanations.worker.gate.BreakerStatus.State;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BreakerEndpointsTest {
  private static final String FALLBACK = "google_ai:publishers/google/models/gemini-2.5+pro@001";

  private final MemoryBreakers breakers = new MemoryBreakers("google_ai", FALLBACK);
  @AutoClose private final OpsServer server = TestServers.of("127.0.0.1", null, breakers);

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  private Answer call(String request) throws IOException {
    return TestServers.call(server, request, List.of("Host: localhost"));
  }

  @Test
  void all_areUnderTheFieldOfTheHealthReport() throws Exception {
    breakers.put(FALLBACK, State.OPEN);

    Answer all = call("GET /api/circuit-breaker");

    assertThat(all.status()).isEqualTo(200);
    assertThat(all.header("Content-Type")).isEqualTo("application/json");
    assertThat(all.json())
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"circuit_breakers": {
                      "google_ai": {"name": "google_ai", "state": "closed", "failure_count": 0,
                        "success_count": 0, "last_failure_time": null},
                      "%1$s": {"name": "%1$s", "state": "open", "failure_count": 5,
                        "success_count": 0, "last_failure_time": "2026-11-23T12:00:00Z"}}}
                    """
                        .formatted(FALLBACK)));
    assertThat(call("GET /api/health").json().at("/services/circuit_breakers"))
        .isEqualTo(all.json().path("circuit_breakers"));
  }

  @Test
  void state_isThatOfOne() throws Exception {
    breakers.put("google_ai", State.HALF_OPEN);

    Answer state = call("GET /api/circuit-breaker/google_ai/state");

    assertThat(state.status()).isEqualTo(200);
    assertThat(state.body())
        .isEqualTo(
            "{\"name\":\"google_ai\",\"state\":\"half_open\",\"failure_count\":5,"
                + "\"success_count\":0,\"last_failure_time\":\"2026-11-23T12:00:00Z\"}");
  }

  @Test
  void reset_closes_andTellsTheState() throws Exception {
    breakers.put("google_ai", State.OPEN);

    Answer reset = call("POST /api/circuit-breaker/google_ai/reset");

    assertThat(reset.status()).isEqualTo(200);
    assertThat(reset.body())
        .isEqualTo(
            "{\"message\":\"Circuit breaker 'google_ai' reset successfully\",\"state\":"
                + "{\"name\":\"google_ai\",\"state\":\"closed\",\"failure_count\":0,"
                + "\"success_count\":0,\"last_failure_time\":null},"
                + "\"applied\":[\"w1\",\"w2\"],\"missing\":[\"w3\"]}");
    assertThat(breakers.state("google_ai")).isEqualTo(State.CLOSED);
  }

  @Test
  void open_holdsOpen_andTellsTheState() throws Exception {
    Answer open = call("POST /api/circuit-breaker/google_ai/open");

    assertThat(open.status()).isEqualTo(200);
    assertThat(open.json().path("message").asText())
        .isEqualTo("Circuit breaker 'google_ai' held open until reset");
    assertThat(open.json().at("/state/state").asText()).isEqualTo("open");
    assertThat(open.json().at("/state/forced").asBoolean()).isTrue();
    assertThat(breakers.state("google_ai")).isEqualTo(State.OPEN);
    assertThat(breakers.state(FALLBACK)).isEqualTo(State.CLOSED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "google_ai:publishers/google/models/gemini-2.5+pro@001",
        "google_ai%3Apublishers%2Fgoogle%2Fmodels%2Fgemini-2.5%2Bpro%40001",
        "google_ai%3apublishers/google%2fmodels/gemini-2.5+pro@001"
      })
  void names_mayBeEncodedOrNot(String name) throws Exception {
    String one = "/api/circuit-breaker/" + name;

    assertThat(call("GET " + one + "/state").json().path("name").asText()).isEqualTo(FALLBACK);
    assertThat(call("POST " + one + "/open").status()).isEqualTo(200);
    assertThat(breakers.state(FALLBACK)).isEqualTo(State.OPEN);
    assertThat(call("POST " + one + "/reset").status()).isEqualTo(200);
    assertThat(breakers.state(FALLBACK)).isEqualTo(State.CLOSED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/circuit-breaker/openai/state",
        "GET /api/circuit-breaker/GOOGLE_AI/state",
        "GET /api/circuit-breaker/google_ai%20/state",
        "GET /api/circuit-breaker/google_ai/x/state",
        "GET /api/circuit-breaker/google_ai:/state",
        "GET /api/circuit-breaker/%3Cb%3E%0A%F0%9F%8C%B1/state",
        "POST /api/circuit-breaker/openai/reset",
        "POST /api/circuit-breaker/openai/open"
      })
  void unknownNames_areNotFound(String request) throws Exception {
    Answer answer = call(request);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().path("title").asText()).isEqualTo("Not Found");
    assertThat(answer.json().path("detail").asText())
        .isEqualTo("No such circuit breaker; there is: google_ai, " + FALLBACK + ".");
  }

  @Test
  void open_isAConflict_whereBreakersAreDisabled() throws Exception {
    MemoryBreakers off = new MemoryBreakers();
    off.put("google_ai", State.DISABLED);
    try (OpsServer disabled = TestServers.of("127.0.0.1", null, off)) {
      disabled.start();
      List<String> host = List.of("Host: localhost");
      String one = "/api/circuit-breaker/google_ai";

      Answer open = TestServers.call(disabled, "POST " + one + "/open", host);
      Answer reset = TestServers.call(disabled, "POST " + one + "/reset", host);

      assertThat(open.status()).isEqualTo(409);
      assertThat(open.json().path("detail").asText()).contains("CIRCUIT_BREAKER_ENABLED");
      assertThat(reset.status()).isEqualTo(200);
      assertThat(reset.json().at("/state/state").asText()).isEqualTo("disabled");
    }
  }

  @Test
  void methods_areTold_whenAnotherIsUsed() throws Exception {
    Answer answer = call("GET /api/circuit-breaker/google_ai/reset");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).isEqualTo("POST");
    assertThat(breakers.state("google_ai")).isEqualTo(State.CLOSED);
  }
}
