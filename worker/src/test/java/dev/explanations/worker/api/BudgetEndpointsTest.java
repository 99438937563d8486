package dev.explanations.worker.api;

import static dev.explanations.worker.spending.TestBudget.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.api.RawHttp.Answer;
import dev.explanations.worker.contract.peer.Command.SetBudget;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.spending.BudgetLimits;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetEndpointsTest {
  private final MemoryControl control = new MemoryControl(new MemoryBreakers("google_ai"));
  private final MemoryBudget budget = new MemoryBudget();

  @AutoClose
  private final OpsServer server = TestServers.of(new MemoryBreakers("google_ai"), control, budget);

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  private Answer post(String body) throws IOException {
    String length = "Content-Length: " + body.length();
    List<String> head = List.of("POST /api/budget HTTP/1.1", "Host: localhost", length);
    return RawHttp.send(server.port(), head, body);
  }

  private Answer get() throws IOException {
    return TestServers.call(server, "GET /api/budget", List.of("Host: localhost"));
  }

  @Test
  void limitsAndWhatIsSpent_areTold() throws Exception {
    budget.spend("1.25");

    assertThat(get().body())
        .isEqualTo(
            "{\"timeZone\":\"UTC\","
                + "\"day\":{\"date\":\"2026-11-30\",\"limitUsd\":25.0,\"source\":\"settings\",\"calls\":1,"
                + "\"promptTokens\":3,\"outputTokens\":4,\"costUsd\":1.25,\"callsUnpriced\":0,"
                + "\"callsUnknown\":0,\"chargedUsd\":1.25,\"exhausted\":false},"
                + "\"month\":{\"month\":\"2026-11\",\"limitUsd\":null,\"source\":\"settings\",\"calls\":1,"
                + "\"promptTokens\":3,\"outputTokens\":4,\"costUsd\":1.25,\"callsUnpriced\":0,"
                + "\"callsUnknown\":0,\"chargedUsd\":1.25,\"exhausted\":false},"
                + "\"dearestCallUsd\":0.0,\"exhausted\":null,\"until\":null}");
  }

  @Test
  void spentBudget_isTold_andUntilWhen() throws Exception {
    budget.spend("25");

    assertThat(get().json().path("exhausted").asText()).isEqualTo("day");
    assertThat(get().json().path("until").asText()).isEqualTo("2026-12-01T00:00:00Z");
    assertThat(get().json().at("/day/exhausted").asBoolean()).isTrue();

    budget.command(new BudgetLimits(Usd.ZERO, usd("25")));
    assertThat(get().json().path("exhausted").asText()).isEqualTo("month");
    assertThat(get().json().at("/day/source").asText()).isEqualTo("command");
    assertThat(get().json().at("/day/limitUsd").isNull()).isTrue();
  }

  @Test
  void command_isGiven_andReset() throws Exception {
    Answer set = post("{\"perDayUsd\": 25.5, \"perMonthUsd\": 0}");

    assertThat(set.status()).isEqualTo(200);
    assertThat(set.json().path("message").asText()).isEqualTo("Budget set until it is set anew");
    assertThat(set.json().at("/day/limitUsd").isNumber()).isTrue();
    assertThat(set.json().path("missing").toString()).isEqualTo("[\"w3\"]");
    assertThat(post("{\"perMonthUsd\": 400}").status()).isEqualTo(200);
    assertThat(post("{}").status()).isEqualTo(200);
    assertThat(post("").json().path("message").asText())
        .isEqualTo("The budget is that of the settings");
    assertThat(control.given)
        .containsExactly(
            new SetBudget(new BudgetLimits(usd("25.5"), Usd.ZERO)),
            new SetBudget(new BudgetLimits(null, usd("400"))),
            new SetBudget(BudgetLimits.OF_SETTINGS),
            new SetBudget(BudgetLimits.OF_SETTINGS));
  }

  @Test
  void smallestLimit_isNotNone() throws Exception {
    assertThat(post("{\"perDayUsd\": 1e-12}").status()).isEqualTo(200);
    assertThat(control.given).containsExactly(new SetBudget(new BudgetLimits(new Usd(1), null)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{\"perDayUsd\": -0.1}",
        "{\"perDayUsd\": 1000000.1}",
        "{\"perDayUsd\": 1e400}",
        "{\"perDayUsd\": \"1\"}",
        "{\"perDayUsd\": null}",
        "{\"perDay\": 1}"
      })
  void limit_thatIsNone_isRefused(String body) throws Exception {
    assertThat(post(body).status()).isEqualTo(400);
    assertThat(control.given).isEmpty();
  }

  @Test
  void allProblems_areNamed() throws Exception {
    assertThat(post("{\"perDayUsd\": -1, \"perMonthUsd\": \"x\"}").json().path("detail").asText())
        .isEqualTo(
            "perDayUsd must be a number from 0 to 1000000."
                + " perMonthUsd must be a number from 0 to 1000000.");
  }

  @Test
  void modelWithoutAPrice_refusesALimit_notItsEnd() throws Exception {
    budget.unpriced = List.of("gemini-next");

    Answer refused = post("{\"perDayUsd\": 1}");

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.json().path("detail").asText()).contains("gemini-next", "PRICES_FILE");
    assertThat(post("{\"perDayUsd\": 0}").status()).isEqualTo(200);
    assertThat(post("{}").status()).isEqualTo(200);
  }
}
