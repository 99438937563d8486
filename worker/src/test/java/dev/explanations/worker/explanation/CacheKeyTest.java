package dev.explanations.worker.explanation;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
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
        "r-1", topic, subtopic, detail, education, language, OnUnavailable.RETRY, null, null);
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
        .isEqualTo("6ed5361cdf256c53260f128a3433798a7a852348744f1d8122d41676ac9d8121");
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
            Instant.EPOCH,
            null);

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
    "What is 2⁸?, What is 28?",
    "10⁹, 109",
    "H₂O, H2O",
    "½, 1⁄2",
    "CO, Co",
    "1 mW, 1 MW",
    "AIDS, aids",
    "Polish, polish",
    "Turkey, turkey",
    "x², x2",
    "a⁻¹, a−1",
    "№ 5, No 5",
    "㎏, kg",
    "ｇ, g",
    "ﬁ, fi",
    "𝐯, v",
    "ℝ, R",
    "∬, ∫∫",
    "①, 1",
    "…, ...",
    "ſ, s",
    "µ, μ",
    "ς, σ",
    "ß, ss",
    "ı, i",
    "می\u200cخواهم, میخواهم",
    "👩\u200d🔬, 👩🔬",
    "☎\ufe0e, ☎\ufe0f",
    "e\u0301, e",
    "ガ, カ",
    "a\u202eb, ab",
    "a\u200bb, ab"
  })
  void of_differs_forTextsThatMayMeanDifferentThings(String one, String other) {
    assertThat(subtopic(one)).isNotEqualTo(subtopic(other));
    assertThat(key(request(one, "s", Detail.MEDIUM, "e", "en")))
        .isNotEqualTo(key(request(other, "s", Detail.MEDIUM, "e", "en")));
  }

  @ParameterizedTest
  @CsvSource({"École, E\u0301cole", "ガ, カ\u3099", "각, 각", "Å, Å", "Ω, Ω"})
  void of_isTheSame_forCanonicallyEquivalentTexts(String one, String other) {
    assertThat(subtopic(one)).isEqualTo(subtopic(other));
  }

  @ParameterizedTest
  @CsvSource({
    "High School, high school, true",
    "ÉCOLE, école, true",
    "Grade\u00a05, ' grade  5 ', true",
    "Grade 5, Grade ⑤, false",
    "TITLE, tıtle, false"
  })
  void of_comparesEducationWithoutCase(String one, String other, boolean same) {
    assertThat(key(request("t", "s", Detail.MEDIUM, one, "en")))
        .matches(
            it -> it.equals(key(request("t", "s", Detail.MEDIUM, other, "en"))) == same,
            "same as of the other: " + same);
  }

  @Test
  void of_comparesLanguageWithoutCase() {
    assertThat(key(request("t", "s", Detail.MEDIUM, "e", "pt-BR")))
        .isEqualTo(key(request("t", "s", Detail.MEDIUM, "e", "PT-br")))
        .isNotEqualTo(key(request("t", "s", Detail.MEDIUM, "e", "pt")));
  }

  @Test
  void of_collapsesEveryKindOfWhitespace() {
    assertThat(subtopic("  a\u00a0\u3000b\u2028c\u202f "))
        .isEqualTo(subtopic("a b c"))
        .isNotEqualTo(subtopic("abc"));
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
        "🌱👩\u200d🔬🇨🇭",
        "㎏ ㋿ ℃",
        "\u00a0\u1680 a \u3000"
      })
  void folded_isIdempotent_andTheSameForEveryNormalForm(String text) {
    String canonical = Canonical.folded(text);

    assertThat(Canonical.folded(canonical)).isEqualTo(canonical);
    for (Normalizer.Form form : Normalizer.Form.values()) {
      assertThat(Canonical.folded(Normalizer.normalize(text, form))).isEqualTo(canonical);
    }
  }

  @Test
  void canonical_isIdempotent_forEveryCodePoint() {
    List<Integer> odd =
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
            .filter(c -> Character.isDefined(c) && Character.getType(c) != Character.SURROGATE)
            .filter(
                c -> {
                  String canonical = Canonical.folded("a" + Character.toString(c) + "b");
                  return !Canonical.folded(canonical).equals(canonical);
                })
            .boxed()
            .toList();

    assertThat(odd).isEmpty();
  }

  /** Plain texts go a shorter way, which one letter that is not plain closes. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void canonical_isTheSame_theShorterWay(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      String text =
          random
              .ints(random.nextInt(8), '\t', 0x80)
              .mapToObj(c -> random.nextInt(3) == 0 ? " " : Character.toString(c))
              .collect(Collectors.joining());
      String folded = Canonical.folded(text + "-é");
      assertThat(Canonical.folded(text + "-") + "é").isEqualTo(folded);
      String exact = Canonical.exact("é-" + text);
      assertThat("é" + Canonical.exact("-" + text)).isEqualTo(exact);
    }
  }
}
