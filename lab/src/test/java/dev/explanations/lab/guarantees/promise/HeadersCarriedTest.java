package dev.explanations.lab.guarantees.promise;

import static dev.explanations.lab.guarantees.promise.Story.explained;
import static dev.explanations.lab.guarantees.promise.Story.failed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HeadersCarriedTest {

  private final Story story = new Story(new HeadersCarried());

  private Story requested(String id, Map<String, String> headers) {
    return story.requested(1, id, "q", null, true, headers);
  }

  @Test
  void keeps_whenTheyAreThere_amongOthers() {
    requested("a", Map.of("k", "v"));
    requested("none", Map.of());
    requested("twice", Map.of("k", "1"));
    requested("twice", Map.of("k", "2"));
    requested("large", Map.of("k", "v"));
    story
        .answered(2, "a", explained("q", 1), Map.of("k", "v", "own", "x"))
        .answered(2, "none", explained("q", 1))
        .answered(2, "twice", explained("q", 1), Map.of("k", "2"))
        .answered(2, "twice", explained("q", 1), Map.of("k", "1"))
        .answered(2, "large", failed("rejected", "request_too_large"))
        .answered(9, "sent back", explained("q", 1));

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void names_whatIsMissing_orChanged() {
    requested("a", Map.of("k", "v"));
    requested("b", Map.of("k", "v"));
    story.answered(2, "a", explained("q", 1)).answered(2, "b", explained("q", 1), Map.of("k", "w"));

    assertThat(story.verdict())
        .containsExactly(
            "the result of a lacks the headers [k]", "the result of b lacks the headers [k]");
  }
}
