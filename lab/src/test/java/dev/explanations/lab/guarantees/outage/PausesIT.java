package dev.explanations.lab.guarantees.outage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.Operator;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply.Canned;
import dev.explanations.worker.Worker;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pauses of a model end, and the requests that waited for it are answered. */
class PausesIT {

  private static final Behaviour OK = Behaviour.answer(Duration.ofMillis(20));

  /** Five seconds on a machine that is not loaded; without the reset it would be an hour. */
  private static final Duration AT_ONCE = Duration.ofSeconds(20);

  @RegisterExtension static final Cluster cluster = new Cluster();

  private static void awaitTrouble(Worker worker, String code, String status) {
    Health health = new Health(worker.httpPort());
    await().atMost(Rig.PATIENCE).until(() -> googleAi(health).path("error").asText().equals(code));
    assertThat(googleAi(health).path("status").asText()).isEqualTo(status);
  }

  private static JsonNode googleAi(Health health) {
    return health.body().path("services").path("google_ai");
  }

  private static Set<String> errors(Rig rig) {
    return rig.results.stream().map(r -> r.path("error").asText()).collect(Collectors.toSet());
  }

  private static void awaitResultsAtOnce(Rig rig, int results) {
    await()
        .atMost(AT_ONCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> rig.ledger.results().size() == results);
  }

  @Test
  void dayQuotaThatWasRaised_isUsedAtOnceAfterAReset() throws Exception {
    Rig rig = cluster.rig(Behaviour.of(Canned.DAILY_QUOTA));
    Worker worker = rig.start("w1");
    rig.askAbout(0, 20);
    awaitTrouble(worker, "quota_exhausted", "degraded");
    rig.awaitEndOfCalls();
    long calls = rig.gemini.statistics().calls();
    rig.gemini.behave(OK);
    rig.askAbout(20, 40);
    rig.ask("again", Rig.request("again", 0));

    new Operator(worker.httpPort()).command("/api/circuit-breaker/google_ai/reset");

    awaitResultsAtOnce(rig, 41);
    rig.answeredExactlyOnce();
    assertThat(errors(rig)).as("all explained").containsExactly("null");
    assertThat(rig.gemini.statistics().calls()).as("one a question").isEqualTo(calls + 40);
  }

  @Test
  void dayQuotaThatWasRaised_isUsedAfterARestart() throws Exception {
    Rig rig = cluster.rig(Behaviour.of(Canned.DAILY_QUOTA));
    Worker worker = rig.start("w1");
    rig.askAbout(0, 20);
    awaitTrouble(worker, "quota_exhausted", "degraded");
    rig.awaitEndOfCalls();
    worker.stop();
    rig.gemini.behave(OK);

    rig.start("w1");

    rig.awaitResults(20);
    rig.answeredExactlyOnce();
    assertThat(errors(rig)).containsExactly("null");
  }

  @Test
  void modelThatRefusesEveryQuestion_isMisconfigured_andNothingIsLost() throws Exception {
    Rig rig = cluster.rig(Behaviour.of(Canned.INVALID_ARGUMENT).after(Duration.ofMillis(50)));
    Worker worker = rig.start("w1");
    rig.askAbout(0, 40);
    awaitTrouble(worker, "misconfigured", "unhealthy");
    rig.gemini.behave(OK);

    rig.answeredExactlyOnce();

    assertThat(errors(rig)).as("all explained").containsExactly("null");
    assertThat(googleAi(new Health(worker.httpPort())).path("status").asText())
        .isEqualTo("healthy");
  }

  @Test
  void badQuestionsOfOneProducer_areRejectedWhenAnotherIsAnswered() throws Exception {
    Rig rig = cluster.rig(OK);
    for (int i = 0; i < 6; i++) {
      rig.gemini.behaveWhen(Rig.subtopic(i), Behaviour.of(Canned.INVALID_ARGUMENT));
    }
    Worker worker = rig.start("w1");
    rig.askAbout(0, 6);
    awaitTrouble(worker, "misconfigured", "unhealthy");
    worker.stop();
    worker = rig.start("w1");
    awaitTrouble(worker, "misconfigured", "unhealthy");

    rig.askAbout(6, 16);

    rig.answeredExactlyOnce();
    assertThat(rig.results)
        .allSatisfy(
            result -> {
              int question = Integer.parseInt(result.path("requestId").asText().substring(2));
              assertThat(result.path("status").asText())
                  .isEqualTo(question < 6 ? "rejected" : "explained");
            });
  }
}
