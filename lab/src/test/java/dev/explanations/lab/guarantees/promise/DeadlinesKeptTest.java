package dev.explanations.lab.guarantees.promise;

import static dev.explanations.lab.guarantees.promise.Story.body;
import static dev.explanations.lab.guarantees.promise.Story.instant;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.lab.guarantees.Observation.Change;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadlinesKeptTest {

  private final Story story = new Story(new DeadlinesKept(Story.LIMITS, Story.CLOCK));

  private Story requested(double at, String id, double deadline) {
    return story.requested(at, id, "q", instant(deadline), true, Map.of());
  }

  private static ObjectNode expired(double seen, double at) {
    return body("unavailable", seen, at).put("error", "deadline_exceeded");
  }

  @Test
  void keeps_whenTheyAreInTime_orNearlySo() {
    requested(1, "a", 5).answered(4, "a", body("explained", 1, 4));
    requested(1, "b", 5).answered(5.5, "b", expired(1, 5.1));
    story.requested(1, "c", "q").answered(61.5, "c", expired(1, 61.1));
    requested(1, "d", 0).answered(1.5, "d", expired(1.1, 1.1));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenMachinesWereAtFaultForThatLong() {
    requested(1, "a", 5);
    story.fault(4, 30, FaultKind.BROKER).answered(50, "a", body("explained", 2, 40));
    requested(100, "b", 105);
    story.worker(104, "w1.1", Change.KILLED).answered(120, "b", expired(101, 119));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void names_lateOnes() {
    requested(1, "a", 5).answered(8, "a", body("explained", 1, 4));
    story.requested(1, "b", "q").answered(70, "b", expired(1, 69));
    story.fault(200, 201, FaultKind.NETWORK);
    requested(240, "c", 245).answered(260, "c", body("explained", 240, 250));

    assertThat(story.verdict())
        .containsExactly(
            "the result of a, explained, came 3000 ms late",
            "the result of b, unavailable, came 9000 ms late",
            "the result of c, explained, came 15000 ms late");
  }

  @Test
  void names_oneGivenUpTooEarly() {
    requested(1, "a", 20).answered(5, "a", expired(1, 5));

    assertThat(story.verdict()).containsExactly("a was given up for its deadline PT15S before it");
  }
}
