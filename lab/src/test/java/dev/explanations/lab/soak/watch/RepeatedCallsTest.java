package dev.explanations.lab.soak.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Observation.CallBegan;
import dev.explanations.lab.guarantees.Observation.CallEnded;
import dev.explanations.lab.guarantees.Observation.Change;
import dev.explanations.lab.guarantees.Observation.FaultChanged;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import dev.explanations.lab.guarantees.Observation.Order;
import dev.explanations.lab.guarantees.Observation.Ordered;
import dev.explanations.lab.guarantees.Observation.WorkerChanged;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.soak.watch.RepeatedCalls.Reason;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RepeatedCallsTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final RepeatedCalls calls =
      new RepeatedCalls(Duration.ofSeconds(60), Duration.ofSeconds(5));

  @Test
  void firstCalls_areNotCounted() {
    began(0, 1, "w1.1", "m", "one");
    began(0, 2, "w1.1", "m", "two");

    assertThat(calls.counts()).isEmpty();
  }

  @Test
  void callAfterAFailure_hasThatReason() {
    answered(0, 1, "w1.1", "m", Reply.Canned.OVERLOADED, true);

    again(Reason.FAILED, 1, "m");
  }

  @Test
  void callAfterAnAnswer_isUnexplained_andNamed() {
    answered(0, 1, "w1.1", "m", new Reply.Answer(), true);

    again(Reason.UNEXPLAINED, 10, "m");
    assertThat(calls.unexplained())
        .containsExactly("call 99 of w9.1 asks 'question' 10000 ms after call 1 of w1.1 began");
  }

  @Test
  void callBesideAnother_isUnexplained() {
    began(0, 1, "w1.1", "m", "question");

    again(Reason.UNEXPLAINED, 1, "m");
  }

  @Test
  void expiry_isAReason() {
    answered(0, 1, "w1.1", "m", new Reply.Answer(), true);

    again(Reason.EXPIRED, 62, "m");
  }

  @Test
  void anotherModel_isAReason() {
    answered(0, 1, "w1.1", "m", new Reply.Answer(), true);

    again(Reason.OTHER_MODEL, 2, "n");
  }

  @Test
  void aClear_isAReason_ifItCameAfterTheCallBegan() {
    calls.saw(new Ordered(0, 0, Order.CLEAR, ""));
    answered(SECOND, 1, "w1.1", "m", new Reply.Answer(), true);
    again(Reason.UNEXPLAINED, 3, "m");

    calls.saw(new Ordered(4 * SECOND, 3 * SECOND, Order.CLEAR, ""));
    again(Reason.CLEARED, 5, "m");
  }

  @Test
  void undeliveredOrLateAnswer_isAReason() {
    answered(0, 1, "w1.1", "m", new Reply.Answer(), false);
    again(Reason.NOT_DELIVERED, 2, "m");

    again(Reason.NOT_DELIVERED, 8, "m");
  }

  @Test
  void lossOfTheWorker_isAReason() {
    began(0, 1, "w1.1", "m", "question");
    calls.saw(new WorkerChanged(SECOND, "w1.1", Change.KILLED));

    again(Reason.WORKER_LOST, 2, "m");
  }

  @Test
  void machineFault_isAReason_andOneOfGeminiIsNot() {
    answered(0, 1, "w1.1", "m", new Reply.Answer(), true);
    calls.saw(new FaultChanged(SECOND, "slow", FaultKind.GEMINI, true));
    again(Reason.UNEXPLAINED, 2, "m");

    calls.saw(new FaultChanged(SECOND, "kill 1", FaultKind.BROKER, true));
    calls.saw(new FaultChanged(3 * SECOND, "kill 1", FaultKind.BROKER, false));
    again(Reason.DISTURBED, 4, "m");
  }

  private void again(Reason reason, long second, String model) {
    Map<Reason, Long> before = calls.counts();
    began(second * SECOND, 99, "w9.1", model, "question");

    assertThat(calls.counts().getOrDefault(reason, 0L))
        .as("%s", calls.counts())
        .isEqualTo(before.getOrDefault(reason, 0L) + 1);
  }

  private void answered(
      long nanos, long call, String worker, String model, Reply reply, boolean delivered) {
    began(nanos, call, worker, model, "question");
    calls.saw(new CallEnded(nanos + SECOND / 2, call, reply, 200, 10, 20, delivered));
  }

  private void began(long nanos, long call, String worker, String model, String question) {
    calls.saw(new CallBegan(nanos, call, worker, model, question));
  }
}
