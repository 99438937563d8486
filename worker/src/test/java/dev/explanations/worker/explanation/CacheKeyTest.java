package dev.explanations.worker.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CacheKeyTest {

  private static final ExplanationRequest REQUEST =
      request("Photosynthesis", "The Calvin cycle", Detail.MEDIUM, "high school", "en");

  private static ExplanationRequest request(
      String topic, String subtopic, Detail detail, String education, String language) {
    return new ExplanationRequest(
        "r-1", topic, subtopic, detail, education, language, OnUnavailable.RETRY, null);
  }

  private static CacheKey key(ExplanationRequest request) {
    return CacheKey.of(request, "gemini-3.5-flash-lite", "1");
  }

  private static CacheKey subtopic(String subtopic) {
    return key(request("t", subtopic, Detail.MEDIUM, "e", "en"));
  }

  @Test
  void of_isStable() {
    // entries in stores and in Redis outlive a release: a change here empties every cache
    assertThat(key(REQUEST).value())
        .isEqualTo("85002ead99fd19fc79604e2698869b7ce04534ba1bd6310ae8c467b1ac6c36c9");
  }

  @Test
  void of_differs_whenAnythingDiffersThatShapesTheAnswer() {
    Set<CacheKey> keys = new HashSet<>();
    keys.add(key(REQUEST));
    keys.add(key(request("Optics", "The Calvin cycle", Detail.MEDIUM, "high school", "en")));
    keys.add(key(request("Photosynthesis", "Lenses", Detail.MEDIUM, "high school", "en")));
    keys.add(
        key(request("The Calvin cycle", "Photosynthesis", Detail.MEDIUM, "high school", "en")));
    keys.add(key(request("Photosynthesis", "The Calvin cycle", Detail.BRIEF, "high school", "en")));
    keys.add(key(request("Photosynthesis", "The Calvin cycle", Detail.MEDIUM, "grade 3", "en")));
    keys.add(
        key(request("Photosynthesis", "The Calvin cycle", Detail.MEDIUM, "high school", "de")));
    keys.add(CacheKey.of(REQUEST, "gemini-3.8-flash", "1"));
    keys.add(CacheKey.of(REQUEST, "gemini-3.5-flash-lite", "2"));

    assertThat(keys).hasSize(9);
  }

  @Test
  void of_isTheSame_whateverElseTheRequestSays() {
    ExplanationRequest other =
        new ExplanationRequest(
            "r-2",
            "Photosynthesis",
            "The Calvin cycle",
            Detail.MEDIUM,
            "high school",
            "en",
            OnUnavailable.FAIL,
            Instant.EPOCH);

    assertThat(key(other)).isEqualTo(key(REQUEST));
  }

  @Test
  void of_keepsFieldsApart() {
    assertThat(key(request("ab", "c", Detail.MEDIUM, "e", "en")))
        .isNotEqualTo(key(request("a", "bc", Detail.MEDIUM, "e", "en")));
    assertThat(key(request("a b", "c", Detail.MEDIUM, "e", "en")))
        .isNotEqualTo(key(request("a", "b c", Detail.MEDIUM, "e", "en")));
    assertThat(key(request("a|b", "c", Detail.MEDIUM, "e", "en")))
        .isNotEqualTo(key(request("a", "b|c", Detail.MEDIUM, "e", "en")));
    assertThat(CacheKey.of(REQUEST, "m1", "1")).isNotEqualTo(CacheKey.of(REQUEST, "m", "11"));
  }

  @ParameterizedTest
  @CsvSource({
    "The Calvin cycle, THE CALVIN CYCLE",
    "ÉCOLE, école",
    "ΟΔΟΣ, οδος",
    "ǅ, ǆ",
    "ﬁnite ﬁeld, FINITE FIELD",
    "Ｈ２Ｏ, h2o",
    "x², x2",
    "ガ, ガ"
  })
  void of_isTheSame_forSpellingsOfTheSameText(String one, String other) {
    assertThat(subtopic(one)).isEqualTo(subtopic(other));
  }

  @Test
  void of_collapsesEveryKindOfWhitespace() {
    assertThat(subtopic("  a\u00a0\u3000b\u2028c\u202f "))
        .isEqualTo(subtopic("a b c"))
        .isNotEqualTo(subtopic("abc"));
  }

  @Test
  void of_doesNotDependOnTheLocale() {
    // with Turkish rules TITLE would become tıtle
    assertThat(subtopic("TITLE")).isEqualTo(subtopic("title")).isNotEqualTo(subtopic("tıtle"));
    assertThat(subtopic("İ")).isEqualTo(subtopic("I\u0307")).isEqualTo(subtopic("i\u0307"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "İstanbul",
        "ﬃ ﬅ ß ẞ",
        "ΌΔΟΣ Σ",
        "ǅ ǈ ǋ",
        "각 각",
        "ｶﾞ ガ",
        "हिन्दी क़",
        "مَدْرَسَة ﷺ",
        "שָׁלוֹם",
        "ไทย ำ",
        "𝔐𝕒𝓽𝗁 ①②",
        "Å Å Å",
        "ẛ̣ ṩ",
        "ͅα ᾳ ᾼ",
        "🌱👩‍🔬🇨🇭",
        "㎏ ㋿ ℃",
        "\u00a0\u1680 a \u3000"
      })
  void canonical_isIdempotent_andTheSameForEveryNormalForm(String text) {
    String canonical = CacheKey.canonical(text);

    assertThat(CacheKey.canonical(canonical)).isEqualTo(canonical);
    for (Normalizer.Form form : Normalizer.Form.values()) {
      assertThat(CacheKey.canonical(Normalizer.normalize(text, form))).isEqualTo(canonical);
    }
  }

  @Test
  void canonical_isIdempotent_forEveryCodePoint() {
    List<Integer> odd =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .filter(c -> Character.isDefined(c) && Character.getType(c) != Character.SURROGATE)
            .filter(
                c -> {
                  String canonical = CacheKey.canonical("a" + Character.toString(c) + "b");
                  return !CacheKey.canonical(canonical).equals(canonical);
                })
            .boxed()
            .toList();

    assertThat(odd).isEmpty();
  }
}
