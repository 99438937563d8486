package dev.explanations.lab.guarantees.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.Operator;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is asked of one worker holds for every worker, also for those that start later. */
class CommandsIT {

  private static final String BREAKER = "/api/circuit-breaker/google_ai/";

  @RegisterExtension static final Cluster cluster = new Cluster();

  private Rig rig;

  @BeforeEach
  void newApplication() {
    rig = cluster.rig(Behaviour.answer(Duration.ZERO));
  }

  private static JsonNode stream(Worker worker) {
    return new Health(worker.httpPort()).body().path("services").path("kafka_streams");
  }

  private static JsonNode breaker(Worker worker) {
    return new Health(worker.httpPort()).breaker();
  }

  private static Operator.Answer command(Worker worker, String path) {
    return new Operator(worker.httpPort()).command(path);
  }

  /** By a command that changes nothing: a worker is known from its first heartbeat on. */
  private static void awaitKnown(Worker by, String... workers) {
    await("all are known")
        .atMost(Rig.PATIENCE)
        .until(() -> command(by, BREAKER + "reset").applied().containsAll(List.of(workers)));
  }

  private static void isHeldOpen(Worker worker, boolean held) {
    assertThat(breaker(worker).path("state").asText()).isEqualTo(held ? "open" : "closed");
    assertThat(breaker(worker).has("forced")).isEqualTo(held);
  }

  @Test
  void pause_holdsCallsInEveryWorker_acrossRestarts_andNothingElse() throws Exception {
    Worker w1 = rig.start("w1");
    Worker w2 = rig.start("w2");
    rig.askAbout(0, 20);
    rig.awaitResults(20);
    awaitKnown(w1, "w1", "w2");

    Operator.Answer paused = command(w1, "/api/worker/pause");
    assertThat(paused.applied()).containsExactly("w1", "w2");
    assertThat(paused.missing()).isEmpty();
    long calls = rig.gemini.statistics().calls();
    rig.askAbout(100, 120);
    for (int i = 0; i < 20; i++) {
      rig.ask("again-" + i, Rig.request("again-" + i, i));
    }
    rig.awaitResults(40);
    for (Worker worker : List.of(w1, w2)) {
      assertThat(stream(worker).path("paused").asBoolean()).isTrue();
      assertThat(stream(worker).path("status").asText()).isEqualTo("degraded");
    }

    assertThat(w1.stop()).isZero();
    assertThat(w2.stop()).isZero();
    Worker again = rig.start("w1");
    rig.ask("hit", Rig.request("hit", 3));
    rig.awaitResults(41);
    assertThat(stream(again).path("paused").asBoolean()).isTrue();
    assertThat(rig.gemini.statistics().calls()).isEqualTo(calls);

    command(again, "/api/worker/resume");

    rig.awaitResults(61);
    assertThat(stream(again).has("paused")).isFalse();
    assertThat(rig.gemini.statistics().calls()).isEqualTo(calls + 20);
    rig.answeredExactlyOnce();
  }

  @Test
  void breakerHeldOpenAtOneWorker_isOpenInAll_andAResetClosesAll() throws Exception {
    Worker w1 = rig.start("w1");
    Worker w2 = rig.start("w2");
    awaitKnown(w2, "w1", "w2");

    Operator.Answer opened = command(w2, BREAKER + "open");

    assertThat(opened.applied()).containsExactly("w1", "w2");
    assertThat(opened.body().path("state").path("forced").asBoolean()).isTrue();
    isHeldOpen(w1, true);
    isHeldOpen(w2, true);
    Worker w3 = rig.start("w3");
    isHeldOpen(w3, true);
    rig.askAbout(0, 20);

    await("w3 is known")
        .atMost(Rig.PATIENCE)
        .until(() -> command(w1, BREAKER + "open").applied().contains("w3"));
    Operator.Answer reset = command(w1, BREAKER + "reset");

    assertThat(reset.applied()).containsExactly("w1", "w2", "w3");
    for (Worker worker : List.of(w1, w2, w3)) {
      isHeldOpen(worker, false);
    }
    rig.answeredExactlyOnce();
    // one that starts later is not reset: what is closed already stays as it is
    assertThat(w3.stop()).isZero();
    isHeldOpen(rig.start("w3"), false);
  }
}
