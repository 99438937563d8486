package dev.explanations.lab.guarantees.promise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Observation.Change;
import dev.explanations.lab.simulator.script.Reply;
import org.junit.jupiter.api.Test;

/** Each reply tells 10 tokens of the prompt and 20 of output. */
class CallsAccountedTest {

  private final Story story = new Story(new CallsAccounted(Story.LIMITS));

  @Test
  void keeps_whenAllThatCameIsCounted_orMayComeYet() {
    story
        .began(1, 1, "w1.1", "a")
        .began(1, 2, "w1.1", "b")
        .began(1, 3, "w2.1", "c")
        .replied(2, 1)
        .replied(2, 3)
        .replied(19.9, 2, Reply.Canned.MAX_TOKENS, 200)
        .metrics(20, "w1.1", 10, 20)
        .metrics(30, "w1.1", 20, 40)
        .metrics(30, "w2.1", 10, 20)
        .metrics(60, "w1.1", 20, 40)
        .worker(61, "w1.1", Change.KILLED)
        .metrics(70, "w1.2", 0, 0);

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenTheReplyWasCutOff_late_orCameToASuspendedWorker() {
    story
        .began(1, 1, "w1.1", "a")
        .brokeOff(2, 1)
        .began(1, 2, "w1.1", "b")
        .replied(11, 2)
        .began(12, 3, "w1.1", "c")
        .worker(13, "w1.1", Change.SUSPENDED)
        .replied(14, 3)
        .worker(30, "w1.1", Change.RESUMED)
        .began(40, 4, "w1.1", "d")
        .replied(41, 4)
        .metrics(50, "w1.1", 10, 20)
        .metrics(60, "w1.1", 10, 20);

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void names_whatIsNotCounted_andWhatIsTooMuch() {
    story
        .began(1, 1, "w1.1", "a")
        .replied(2, 1)
        .metrics(20, "w1.1", 10, 0)
        .metrics(40, "w1.1", 20, 20);

    assertThat(story.verdict()).hasSize(2);
    assertThat(story.verdict().getFirst())
        .isEqualTo(
            "w1.1 counts Tokens[prompt=10, output=0], its replies had Tokens[prompt=10, output=20]"
                + " at least and Tokens[prompt=10, output=20] at most");
  }
}
