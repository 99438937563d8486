package dev.explanations.lab.guarantees.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply.Canned;
import dev.explanations.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The breaker's states, driven through real calls. */
class CircuitBreakerIT {

  private static final Behaviour OK = Behaviour.answer(Duration.ZERO);
  private static final Behaviour DOWN = Behaviour.of(Canned.OVERLOADED);

  @RegisterExtension static final Cluster cluster = new Cluster();

  private Rig rig;
  private Health health;
  private int asked;

  private void start(String... more) {
    rig = cluster.rig(OK);
    Worker worker = rig.start("w1", more);
    health = new Health(worker.httpPort());
  }

  /** Each request is one call, or none. */
  private void ask(Behaviour behaviour) {
    rig.gemini.behave(behaviour);
    String id = "r-" + asked;
    rig.ask(id, Rig.request(id, asked).replace("}", ",\"onUnavailable\":\"fail\"}"));
    asked++;
    rig.awaitResults(asked);
  }

  private void is(String state, int failures, int successes) {
    assertThat(health.breaker().path("state").asText()).isEqualTo(state);
    assertThat(health.breaker().path("failure_count").asInt()).isEqualTo(failures);
    assertThat(health.breaker().path("success_count").asInt()).isEqualTo(successes);
  }

  private void ask(int times, Behaviour behaviour) {
    for (int i = 0; i < times; i++) {
      ask(behaviour);
    }
  }

  @Test
  void failuresInARow_openIt_andItRefuses() throws Exception {
    // stays open, however long the rest takes
    start("RETRY_MAX_ATTEMPTS", "1", "CIRCUIT_BREAKER_TIMEOUT", "10m");
    is("closed", 0, 0);
    ask(4, DOWN);
    is("closed", 4, 0);
    ask(OK);
    is("closed", 0, 0);
    ask(5, DOWN);
    is("open", 5, 0);
    assertThat(health.breaker().path("last_failure_time").asText()).isNotEmpty();

    long calls = rig.gemini.statistics().calls();
    ask(3, OK);
    assertThat(rig.gemini.statistics().calls()).as("it refuses").isEqualTo(calls);
    is("open", 5, 0);
    rig.answeredExactlyOnce();
  }

  /** An open breaker half-opens in a second, so past transitions are read, not the state. */
  @Test
  void timeHalfOpensIt_oneFailureOpensItAgain_andTwoSuccessesCloseIt() throws Exception {
    start("RETRY_MAX_ATTEMPTS", "1", "CIRCUIT_BREAKER_TIMEOUT", "1s");
    ask(5, DOWN);
    health.awaitBreaker("half_open");
    assertThat(rig.gemini.statistics().calls()).as("by time, not by traffic").isEqualTo(5);

    ask(DOWN);
    health.awaitBreaker("half_open");
    is("half_open", 6, 0);
    ask(OK);
    is("half_open", 0, 1);
    ask(DOWN);
    health.awaitBreaker("half_open");
    is("half_open", 1, 0);
    ask(2, OK);
    is("closed", 0, 0);

    await("the figures, which are a second old at most")
        .atMost(Rig.PATIENCE)
        .until(
            () -> health.breakerTransitions("google_ai"),
            List.of("open", "half_open", "open", "half_open", "open", "half_open", "closed")
                ::equals);
    rig.answeredExactlyOnce();
  }

  @Test
  void withHundredsInFlight_onlyTheFirstFailuresCount() throws Exception {
    start("GEMINI_MAX_IN_FLIGHT", "200", "CIRCUIT_BREAKER_TIMEOUT", "5s", "RETRY_BACKOFF", "1s");
    rig.askAbout(0, 400);
    rig.awaitResults(400);
    rig.gemini.reset();
    // most fail when all have begun, some when the breaker is closed again: fewer than the 16 calls
    // that may be in flight after it has opened, or no probe could begin
    CompletableFuture<?> allHaveBegun = new CompletableFuture<>();
    CompletableFuture<?> closedAgain = new CompletableFuture<>();
    rig.gemini.behave(DOWN.heldUntil(allHaveBegun));
    for (int i = 0; i < 8; i++) {
      rig.gemini.behaveWhen(Rig.subtopic(1_000 + 2 * i), 1, DOWN.heldUntil(closedAgain));
    }
    rig.askAbout(1_000, 1_200);
    rig.awaitCalls(200);
    rig.gemini.behave(OK);

    allHaveBegun.complete(null);
    health.awaitBreaker("open");
    assertThat(health.breaker().path("failure_count").asInt()).isEqualTo(5);
    health.awaitBreaker("closed");
    closedAgain.complete(null);
    await("the late failures")
        .atMost(Rig.PATIENCE)
        .until(() -> rig.gemini.statistics().byStatus().getOrDefault(503, 0L) == 200);
    rig.answeredExactlyOnce();
    is("closed", 0, 0);
    await("the figures, which are a second old at most")
        .atMost(Rig.PATIENCE)
        .until(
            () -> health.breakerTransitions("google_ai"),
            List.of("open", "half_open", "closed")::equals);
  }

  @Test
  void switchedOff_itLetsAllThrough() throws Exception {
    start("CIRCUIT_BREAKER_ENABLED", "false", "RETRY_MAX_ATTEMPTS", "1");
    ask(12, DOWN);
    assertThat(rig.gemini.statistics().calls()).isEqualTo(12);
    is("disabled", 0, 0);
    rig.answeredExactlyOnce();
  }
}
