package dev.explanations.lab.guarantees.promise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.Change;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import org.junit.jupiter.api.Test;

class SingleFlightTest {

  private final Story story = new Story(new SingleFlight(Story.LIMITS));

  @Test
  void keeps_whenOneFollowsAnother_thoughItsEndIsToldLate() {
    story
        .began(1, 1, "w1.1", "q")
        .began(3, 2, "w1.1", "q")
        .replied(2.9, 1)
        .began(3, 3, "w1.1", "other")
        .replied(5, 2);

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenTheFirstRanIntoItsTimeLimit_orBrokeOff() {
    story
        .began(1, 1, "w1.1", "hangs")
        .began(11, 2, "w1.1", "hangs")
        .began(1, 3, "w1.1", "q")
        .began(2, 4, "w1.1", "q")
        .brokeOff(5, 3);

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenTheModelsAreTwo() {
    story
        .began(1, 1, "w1.1", "q")
        .saw(new Observation.CallBegan(Story.nanos(2), 2, "w2.1", "newer", "q"))
        .replied(3, 1)
        .replied(3, 2);

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenTheFirstWorkerWasKilled() {
    story
        .began(1, 1, "w1.1", "q")
        .worker(2, "w1.1", Change.KILLED)
        .began(5, 2, "w2.1", "q")
        .replied(6, 1);

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenAWorkerLostItsSession() {
    story
        .worker(1, "w1.1", Change.SUSPENDED)
        .began(20, 1, "w2.1", "q")
        .worker(21, "w1.1", Change.RESUMED)
        .began(21.5, 2, "w1.1", "q")
        .replied(25, 1)
        .fault(30, 40, FaultKind.BROKER)
        .began(41, 3, "w2.1", "q")
        .began(42, 4, "w3.1", "q")
        .replied(45, 3);

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void names_twoThatOverlap() {
    story.began(1, 1, "w1.1", "q").began(2, 2, "w2.1", "q").replied(3, 2).replied(4, 1);

    assertThat(story.verdict())
        .containsExactly("w2.1 made call 2 for q, m while call 1 of w1.1 ran, begun PT1S before");
  }

  @Test
  void names_oneThatOverlapsAHangingOne() {
    story.began(1, 1, "w1.1", "q").began(2, 2, "w1.1", "q").began(60, 3, "w1.1", "other");

    assertThat(story.verdict()).hasSize(1);
  }

  @Test
  void names_two_longAfterAWorkerWasResumed_orAnotherWasKilled() {
    story
        .worker(1, "w1.1", Change.SUSPENDED)
        .worker(5, "w1.1", Change.RESUMED)
        .worker(1, "w3.1", Change.KILLED)
        .began(20, 1, "w1.1", "q")
        .began(21, 2, "w2.1", "q")
        .replied(25, 1);

    assertThat(story.verdict()).hasSize(1);
  }
}
