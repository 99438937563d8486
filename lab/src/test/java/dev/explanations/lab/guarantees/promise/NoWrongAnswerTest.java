package dev.explanations.lab.guarantees.promise;

import static dev.explanations.lab.guarantees.promise.Story.explained;
import static dev.explanations.lab.guarantees.promise.Story.failed;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NoWrongAnswerTest {

  private final Story story = new Story(new NoWrongAnswer());

  @Test
  void keeps_whenTextsAreOfTheirQuestions_whoeverAnswersThem() {
    story
        .requested(1, "a", "the  cell")
        .began(2, 1, "w1.1", "the cell")
        .answered(3, "a", explained("the  cell", 1))
        .answered(9, "sent back", explained("the cell", 1))
        .requested(1, "b", "q")
        .answered(2, "b", failed("unavailable", "overloaded"));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenTheCallIsToldAfterItsResult() {
    story.requested(1, "a", "q").answered(3, "a", explained("q", 1)).began(2, 1, "w1.1", "q");

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void names_theTextOfAnotherQuestion_orOfNoCall() {
    story
        .began(1, 1, "w1.1", "other")
        .requested(1, "a", "q")
        .answered(3, "a", explained("q", 1))
        .answered(3, "b", explained("q", 7))
        .answered(3, "c", explained("q", 1).put("explanation", "made up"));

    assertThat(story.verdict())
        .containsExactly(
            "a asked q and got the text of call 1, made for other",
            "c has a text that is of no call",
            "b has a text of call 7: none");
  }

  @Test
  void names_aResultOfAnotherQuestion() {
    story
        .began(1, 1, "w1.1", "other")
        .requested(1, "a", "q")
        .answered(3, "a", explained("other", 1));

    assertThat(story.verdict()).containsExactly("a asked q, answered other");
  }

  @Test
  void names_anotherModel_andAnotherPromptVersion() {
    story
        .began(1, 1, "w1.1", "q")
        .answered(3, "a", explained("q", 1).put("model", "newer"))
        .answered(3, "b", explained("q", 1))
        .answered(3, "c", explained("q", 1).put("promptVersion", "2"));

    assertThat(story.verdict())
        .containsExactly(
            "a names the model newer, but call 1 was made to m",
            "c names prompt version 2 for call 1, an earlier result 1");
  }
}
