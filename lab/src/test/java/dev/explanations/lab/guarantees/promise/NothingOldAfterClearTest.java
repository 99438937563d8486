package dev.explanations.lab.guarantees.promise;

import static dev.explanations.lab.guarantees.promise.Story.explained;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Observation.Order;
import org.junit.jupiter.api.Test;

class NothingOldAfterClearTest {

  private final Story story = new Story(new NothingOldAfterClear());

  @Test
  void keeps_whenThoseWhoCameBeforeGetAnOldOne_andThoseAfterANewOne() {
    story
        .requested(1, "before", "q")
        .began(2, 1, "w1.1", "q")
        .requested(3.2, "meanwhile", "q")
        .ordered(3, 4, Order.CLEAR, "")
        .answered(5, "before", explained("q", 1))
        .answered(5, "meanwhile", explained("q", 1))
        .requested(5, "after", "q")
        .began(6, 2, "w1.1", "q")
        .answered(7, "after", explained("q", 2));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void keeps_whenAnotherTopicWasInvalidated_orSomethingElseOrdered() {
    story
        .began(1, 1, "w1.1", "q")
        .ordered(3, 4, Order.INVALIDATE, "another topic")
        .ordered(3, 4, Order.PAUSE, "")
        .requested(5, "after", "q")
        .answered(6, "after", explained("q", 1));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void names_anOldAnswerAfterAClear() {
    story
        .began(1, 1, "w1.1", "q")
        .ordered(3, 4, Order.CLEAR, "")
        .requested(5, "after", "q")
        .answered(6, "after", explained("q", 1));

    assertThat(story.verdict())
        .containsExactly(
            "after, made 1000 ms after a CLEAR, got call 1, begun 2000 ms before it was sent"
                + " (gemini)");
  }

  @Test
  void names_anOldAnswerAfterAnInvalidationOfItsTopic() {
    story
        .began(1, 1, "w1.1", "q")
        .ordered(3, 4, Order.INVALIDATE, "about q")
        .requested(5, "after", "q")
        .answered(6, "after", explained("q", 1));

    assertThat(story.verdict()).hasSize(1);
  }
}
