package dev.explanations.lab.guarantees.promise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Observation.Change;
import org.junit.jupiter.api.Test;

class LimitsKeptTest {

  private final Story story = new Story(new LimitsKept(Story.LIMITS));

  @Test
  void keeps_whenAnEndIsToldAfterTheNextBeginning() {
    for (int i = 1; i <= 4; i++) {
      story.began(i, i, "w1.1", "q" + i);
    }
    story.began(6, 5, "w1.1", "q5").replied(5.9, 1).began(6, 6, "w2.1", "q6");

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenOthersAreBeyondTheirTimeLimit_orOfAnEarlierProcess() {
    for (int i = 1; i <= 4; i++) {
      story.began(i, i, "w1.1", "q" + i);
    }
    story.began(15, 5, "w1.1", "q5").worker(16, "w1.1", Change.KILLED);
    for (int i = 6; i <= 9; i++) {
      story.began(20, i, "w1.2", "q" + i);
    }

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenTheMinuteIsOver_orCallsWereSuspended() {
    for (int i = 1; i <= 12; i++) {
      double at = (i <= 6 ? 0 : 61) + 0.1 * i;
      story.began(at, i, "w1.1", "q" + i).replied(at + 0.05, i);
    }
    for (int i = 13; i <= 18; i++) {
      story.began(200 + i, i, "w2.1", "q" + i).replied(200.5 + i, i);
    }
    story.worker(220, "w2.1", Change.SUSPENDED).worker(230, "w2.1", Change.RESUMED);
    story.began(231, 19, "w2.1", "q");

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void names_tooManyInFlight() {
    for (int i = 1; i <= 5; i++) {
      story.began(i, i, "w1.1", "q" + i);
    }

    assertThat(story.verdict())
        .containsExactly("w1.1 has 5 calls in flight with call 5: 4 are allowed");
  }

  @Test
  void names_tooManyInAMinute() {
    for (int i = 1; i <= 7; i++) {
      story.began(5 * i, i, "w1.1", "q" + i).replied(5 * i + 1, i);
    }

    assertThat(story.verdict())
        .containsExactly("w1.1 made 7 calls within 30000 ms with call 7: 6 a minute are allowed");
  }
}
