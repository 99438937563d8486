package dev.explanations.lab.guarantees.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.fixture.Topics;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.worker.Worker;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

public class RebalanceIT {

  @RegisterExtension static final Cluster cluster = new Cluster();

  private Rig rig;
  private int asked;

  private void ask(int requests) {
    rig.askAbout(asked, asked += requests);
  }

  /** Keeps calls running for as long as the group takes: 50 requests a second. */
  private void askUntilPartitions(String worker, boolean some) {
    await((some ? "tasks move to " : "tasks leave ") + worker)
        .atMost(Rig.PATIENCE)
        .until(
            () -> {
              ask(5);
              return hasPartitions(rig, worker) == some;
            });
  }

  @Test
  void tasksMove_whileCallsRun_andNoCallIsRepeated() throws Exception {
    rig = cluster.rig(Behaviour.answer(Duration.ofSeconds(2)));
    start(rig, "w1");
    ask(300);
    rig.awaitResults(50);

    Worker second = start(rig, "w2");
    askUntilPartitions("w2", true);
    // more than both have slots for, so that calls run when the first hundred have ended
    ask(600);
    int atTheMove = rig.ledger.results().size();
    rig.awaitResults(atTheMove + 100);
    assertThat(rig.gemini.statistics().inFlight()).isPositive();
    assertThat(second.stop()).isZero();
    askUntilPartitions("w2", false);
    // or else the second move came when all was done
    assertThat(rig.ledger.waiting()).isPositive();

    rig.answeredExactlyOnce();
    assertThat(rig.explanationsCalledAgain()).isEmpty();
    assertThat(rig.gemini.statistics().calls()).isEqualTo(asked);
  }

  private static Worker start(Rig rig, String name) {
    return rig.start(name, "LEAVE_ON_STOP", "true", "GEMINI_MAX_IN_FLIGHT", "128");
  }

  public static void awaitPartitions(Rig rig, String worker, boolean some) {
    await((some ? "tasks move to " : "tasks leave ") + worker)
        .atMost(Rig.PATIENCE)
        .until(() -> hasPartitions(rig, worker) == some);
  }

  private static boolean hasPartitions(Rig rig, String worker) {
    ConsumerGroupDescription group =
        Topics.get(
            rig.admin
                .describeConsumerGroups(List.of(rig.applicationId))
                .describedGroups()
                .get(rig.applicationId));
    return group.members().stream()
        .filter(member -> member.groupInstanceId().orElse("").startsWith(worker + "-"))
        .anyMatch(member -> !member.assignment().topicPartitions().isEmpty());
  }
}
