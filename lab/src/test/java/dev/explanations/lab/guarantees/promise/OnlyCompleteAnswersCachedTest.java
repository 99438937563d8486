package dev.explanations.lab.guarantees.promise;

import static dev.explanations.lab.guarantees.promise.Story.explained;
import static dev.explanations.lab.guarantees.promise.Story.failed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.simulator.script.Reply;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OnlyCompleteAnswersCachedTest {

  private final Story story = new Story(new OnlyCompleteAnswersCached());

  @Test
  void keeps_whenWholeAnswersAreKept_alsoSeenBeforeTheCallEnded() {
    story
        .replied(1, 1)
        .answered(2, "a", explained("q", 1))
        .saw(cached("{\"explanation\":\"[call 2] slowly [end 2]\",\"model\":\"m\"}"))
        .replied(3, 2, new Reply.SlowBody(Duration.ofSeconds(1)), 200)
        .replied(3, 3, Reply.Canned.MAX_TOKENS, 200)
        .answered(4, "b", failed("unavailable", "incomplete_answer"));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void names_aPart_andATextThatIsOfNoCall() {
    story.replied(1, 1).saw(cached("[call 1] half a")).saw(cached("nobody's"));

    assertThat(story.verdict())
        .containsExactly(
            "redis has a part of the text of call 1", "redis has a text that is of no call");
  }

  @Test
  void names_textsOfRepliesThatAreNoAnswers_beforeAndAfterTheyEnd() {
    story
        .saw(cached("[call 1] blocked [end 1]"))
        .replied(1, 1, Reply.Canned.SAFETY, 200)
        .replied(1, 2, Reply.Canned.INTERNAL, 500)
        .answered(2, "a", explained("q", 2))
        .saw(cached("[call 3] never ended [end 3]"));

    assertThat(story.verdict())
        .containsExactly(
            "redis has a text of call 1, no answer",
            "the result of a, gemini has a text of call 2, no answer",
            "redis has a text of call 3, no answer");
  }

  private static Observation cached(String text) {
    return new Observation.Cached(0, "redis", text);
  }
}
