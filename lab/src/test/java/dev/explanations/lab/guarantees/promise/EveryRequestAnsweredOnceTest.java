package dev.explanations.lab.guarantees.promise;

import static dev.explanations.lab.guarantees.promise.Story.explained;
import static dev.explanations.lab.guarantees.promise.Story.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Observation;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EveryRequestAnsweredOnceTest {

  private final EveryRequestAnsweredOnce guarantee = new EveryRequestAnsweredOnce();
  private final Story story = new Story(guarantee);

  @Test
  void keeps_whenEachHasOneResult() {
    story
        .requested(1, "a", "q")
        .requested(1, "b", "q")
        .requested(1, "bad", "", null, false, Map.of())
        .answered(2, "b", explained("q", 1))
        .answered(2, "a", explained("q", 1))
        .answered(2, "bad", failed("rejected", "invalid_request"))
        .deadLetter(2, "requests/0/3");

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenOneIsSeenBeforeItsRequest_orTwoShareAnId() {
    story
        .answered(1, "a", explained("q", 1))
        .requested(1, "a", "q")
        .requested(1, "twice", "q")
        .requested(2, "twice", "q")
        .answered(2, "twice", explained("q", 1))
        .answered(3, "twice", explained("q", 1));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenAFailedOneIsSentBack() {
    story
        .requested(1, "a", "q")
        .answered(2, "a", failed("unavailable", "model_unavailable"))
        .deadLetter(2, "requests/0/1")
        .answered(5, "a", failed("unavailable", "model_unavailable"), replays(1))
        .deadLetter(5, "requests/0/9")
        .answered(7, "a", explained("q", 1), replays(2));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenTheBrokerMayOrMayNotHaveTakenIt() {
    story
        .requested(1, "aborted", "q")
        .saw(new Observation.NotRequested(2, "aborted", true))
        .requested(1, "lost", "q")
        .saw(new Observation.NotRequested(2, "lost", false))
        .requested(1, "taken", "q")
        .saw(new Observation.NotRequested(2, "taken", false))
        .answered(3, "taken", explained("q", 1));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void names_whatIsMissing_onlyAtTheEnd() {
    story.requested(1, "a", "q");

    assertThat(guarantee.soFar()).isEmpty();
    assertThat(story.verdict()).containsExactly("request a has no result");
  }

  @Test
  void names_whatIsDoubled_atOnce() {
    story
        .requested(1, "a", "q")
        .answered(2, "a", explained("q", 1))
        .answered(3, "a", explained("q", 1));

    assertThat(guarantee.soFar()).hasSize(1);
    assertThat(story.verdict()).containsExactly("request a has a further result at 0/1");
  }

  @Test
  void names_whatIsSentBackTwice_orThoughItWasExplained() {
    story
        .requested(1, "a", "q")
        .answered(2, "a", failed("unavailable", "model_unavailable"))
        .deadLetter(2, "requests/0/1")
        .answered(5, "a", explained("q", 1), replays(1))
        .answered(6, "a", explained("q", 1), replays(1))
        .requested(1, "b", "q")
        .answered(2, "b", explained("q", 1))
        .answered(3, "b", explained("q", 1), replays(1));

    assertThat(story.verdict())
        .containsExactly(
            "request a sent back has a second result, 0/3",
            "request b was explained, and again at 0/5");
  }

  @Test
  void names_resultsThatNobodyMayGet() {
    story
        .answered(2, "stranger", explained("q", 1))
        .requested(1, "aborted", "q")
        .saw(new Observation.NotRequested(2, "aborted", true))
        .answered(2, "aborted", explained("q", 1));

    assertThat(story.verdict())
        .containsExactlyInAnyOrder(
            "a result for stranger, which nobody requested",
            "request aborted has a result though it was taken back");
  }

  @Test
  void names_aWrongVerdictOnTheForm() {
    story
        .requested(1, "good", "q")
        .answered(2, "good", failed("rejected", "invalid_request"))
        .deadLetter(2, "requests/0/0")
        .requested(1, "bad", "q", null, false, Map.of())
        .answered(2, "bad", explained("q", 1));

    assertThat(story.verdict())
        .containsExactly(
            "request good is valid, and was answered invalid_request",
            "request bad is invalid, and was not answered so");
  }

  @Test
  void names_missingAndDoubledDeadLetters() {
    story
        .requested(1, "a", "q")
        .answered(2, "a", failed("unavailable", "overloaded"))
        .requested(1, "b", "q")
        .answered(2, "b", failed("unavailable", "overloaded"))
        .deadLetter(2, "requests/0/1")
        .deadLetter(2, "requests/0/1");

    assertThat(story.verdict())
        .containsExactly(
            "a second dead letter for the request record requests/0/1",
            "2 results without an explanation, but only 1 dead letters");
  }

  private static Map<String, String> replays(int times) {
    return Map.of("explanation-replays", Integer.toString(times));
  }
}
