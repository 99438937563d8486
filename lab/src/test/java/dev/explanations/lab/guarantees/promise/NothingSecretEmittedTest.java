package dev.explanations.lab.guarantees.promise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.guarantees.Observation;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NothingSecretEmittedTest {

  private static final String SECRET = "s3cr?t/token>value";

  private final Story story = new Story(new NothingSecretEmitted(List.of("another one", SECRET)));

  private Story emitted(String text) {
    return story.saw(new Observation.Emitted(1, "the log", text));
  }

  @Test
  void keeps_whenNothingIsShown() {
    emitted("s3cr***");
    emitted("dG9rZW4=");

    assertThat(story.verdict()).isEmpty();
  }

  @Test
  void names_itByNumber_andDoesNotShowItEither() {
    emitted("key=" + SECRET + "&x");
    emitted("key=" + URLEncoder.encode(SECRET, UTF_8));

    assertThat(story.verdict())
        .containsExactly(
            "the log shows secret 2 of 2 as it is", "the log shows secret 2 of 2, URL-encoded");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "u", "us", "user:", "admin:"})
  void names_itInBase64_withAnythingAround(String before) {
    byte[] bytes = (before + SECRET + "\n").getBytes(UTF_8);
    emitted("Basic " + Base64.getEncoder().encodeToString(bytes));

    assertThat(story.verdict()).containsExactly("the log shows secret 2 of 2 in Base64");
  }
}
