package dev.explanations.worker.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionHashTest {

  private static String hash(
      String topic, String subtopic, Detail detail, String education, String language) {
    return FoldedHashes.ofQuestion(
        new ExplanationRequest(
            "r-1", topic, subtopic, detail, education, language, OnUnavailable.RETRY, null, null));
  }

  private static String subtopic(String subtopic) {
    return hash("t", subtopic, Detail.MEDIUM, "e", "en");
  }

  @Test
  void of_isStable() {
    // workers of two versions that differ here would not meet, nor obey each other's invalidations
    assertThat(hash("Photosynthesis", "The Calvin cycle", Detail.MEDIUM, "high school", "en"))
        .hasToString("4dac38169e133adb59856a79be88aa5ce841723bb4e819d2f91af06db1d07592");
  }

  @ParameterizedTest
  @CsvSource({
    "What is 2⁸?, What is 28?",
    "H₂O, h2o",
    "½, 1⁄2",
    "CO, Co",
    "1 mW, 1 MW",
    "AIDS, aids",
    "Polish, polish",
    "Straße, STRASSE",
    "ａｂ, AB",
    "a\u202Eb, ab"
  })
  void of_isTheSame_forEverySpelling(String one, String other) {
    assertThat(subtopic(one)).isEqualTo(subtopic(other));
  }

  @Test
  void of_differs_byEachField() {
    assertThat(
            Stream.of(
                hash("t", "s", Detail.MEDIUM, "e", "en"),
                hash("u", "s", Detail.MEDIUM, "e", "en"),
                hash("t", "u", Detail.MEDIUM, "e", "en"),
                hash("t", "s", Detail.BRIEF, "e", "en"),
                hash("t", "s", Detail.MEDIUM, "u", "en"),
                hash("t", "s", Detail.MEDIUM, "e", "de"),
                hash("ts", "", Detail.MEDIUM, "e", "en")))
        .doesNotHaveDuplicates();
  }
}
