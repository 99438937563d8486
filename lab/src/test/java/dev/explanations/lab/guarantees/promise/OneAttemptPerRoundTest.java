package dev.explanations.lab.guarantees.promise;

import static dev.explanations.lab.guarantees.promise.Story.body;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.lab.guarantees.Observation.Change;
import dev.explanations.lab.simulator.script.Reply;
import org.junit.jupiter.api.Test;

class OneAttemptPerRoundTest {

  private final Story story = new Story(new OneAttemptPerRound(Story.LIMITS, Story.CLOCK));

  private static ObjectNode after(int attempts, double seen) {
    return body("explained", seen, seen).put("attempts", attempts).put("source", "coalesced");
  }

  private Story failure(double at, long call, String worker) {
    return story.began(at, call, worker, "q").replied(at + 0.5, call, Reply.Canned.INTERNAL, 500);
  }

  @Test
  void keeps_whenEachFailureCountsForAll() {
    story.requested(1, "a", "q").requested(1, "b", "q");
    failure(5, 1, "w1.1");
    story.requested(6, "late", "q");
    failure(20, 2, "w1.1");
    story.began(30, 3, "w1.1", "q").replied(31, 3);
    story
        .answered(33, "a", after(3, 1))
        .answered(33, "b", after(3, 1))
        .answered(33, "late", after(2, 6));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenAFailureWasLostInAKill_orTheRequestWentRoundAnOpenBreaker() {
    story.requested(1, "a", "q");
    failure(5, 1, "w1.1");
    story.worker(5.6, "w1.1", Change.KILLED);
    failure(20, 2, "w2.1");
    story.answered(25, "a", after(2, 1));
    story.breaker(30, "w2.1", "OPEN").requested(35, "b", "q").breaker(36, "w2.1", "CLOSED");
    failure(40, 3, "w2.1");
    story.answered(43, "b", after(1, 35));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenItWasSeenLate_orWasJustAnswered() {
    story.requested(1, "a", "q").requested(1, "b", "q");
    failure(5, 1, "w1.1");
    story.answered(6, "b", after(1, 1)).answered(9, "a", after(1, 6));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void names_aFailureThatDoesNotCountForAWaitingRequest() {
    story.requested(1, "a", "q").requested(1, "b", "q");
    failure(5, 1, "w1.1");
    failure(7, 2, "w1.1");
    story.answered(20, "a", after(2, 1)).answered(20, "b", after(3, 1));

    assertThat(story.verdict())
        .containsExactly(
            "a waited for q while calls [1, 2] failed, and counts 2 attempts with its answer");
  }

  @Test
  void names_itToo_longAfterAWorkerDiedWithAnOpenBreaker() {
    story.breaker(1, "w1.1", "OPEN").worker(2, "w1.1", Change.KILLED);
    story.requested(101, "a", "q");
    failure(105, 1, "w1.2");
    failure(107, 2, "w1.2");
    story.answered(120, "a", after(2, 101));

    assertThat(story.verdict()).hasSize(1);
  }

  @Test
  void names_tooManyAttempts() {
    story.requested(1, "a", "q").answered(9, "a", after(4, 1));

    assertThat(story.verdict()).containsExactly("a had 4 attempts: 3 are allowed");
  }

  @Test
  void names_aMissingBackoff_ifManyRetriesShowIt() {
    retryAfter(0.01);

    assertThat(story.verdict())
        .containsExactly("20 of 20 first retries came within a tenth of the backoff");
  }

  @Test
  void keeps_whenFewRetriesComeSoon() {
    retryAfter(0.5);

    assertThat(story.verdict()).isEmpty();
  }

  private void retryAfter(double backoff) {
    for (int i = 0; i < 20; i++) {
      double at = 100 * i;
      String question = "q" + i;
      story
          .requested(at, "r" + i, question)
          .began(at + 5, 2L * i, "w1.1", question)
          .replied(at + 6, 2L * i, Reply.Canned.OVERLOADED, 503)
          .began(at + 6 + backoff, 2L * i + 1, "w1.1", question)
          .replied(at + 7 + backoff, 2L * i + 1)
          .answered(at + 10, "r" + i, after(2, at));
    }
  }
}
