package dev.explanations.worker.contract.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.explanation.RequestFields;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDecoderTest {

  private static final String BODY = "\"topic\":\"Optics\",\"subtopic\":\"Lenses\"";
  private static final ExplanationRequest MINIMAL =
      new ExplanationRequest(
          "r-1",
          "Optics",
          "Lenses",
          Detail.MEDIUM,
          "general audience",
          "en",
          OnUnavailable.RETRY,
          null);

  private final RequestDecoder decoder = new RequestDecoder();

  private static String with(String fields) {
    return "{\"requestId\":\"r-1\"," + BODY + fields + "}";
  }

  private Decoded.Invalid refused(byte @Nullable [] key, byte @Nullable [] value) {
    Decoded decoded = decoder.decode(key, value);
    assertThat(decoded).isInstanceOf(Decoded.Invalid.class);
    Decoded.Invalid invalid = (Decoded.Invalid) decoded;
    assertThat(invalid.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(invalid.detail()).isNotBlank();
    assertThat(invalid.detail().codePointCount(0, invalid.detail().length()))
        .isLessThanOrEqualTo(500);
    return invalid;
  }

  private Decoded.Invalid refused(String value) {
    return refused(null, value.getBytes(UTF_8));
  }

  private ExplanationRequest accepted(byte @Nullable [] key, String value) {
    Decoded decoded = decoder.decode(key, value.getBytes(UTF_8));
    assertThat(decoded).isInstanceOf(Decoded.Valid.class);
    ExplanationRequest request = ((Decoded.Valid) decoded).request();
    assertThat(decoder.read(key, value.getBytes(UTF_8), null)).isEqualTo(request);
    return request;
  }

  private ExplanationRequest accepted(String value) {
    return accepted(null, value);
  }

  @Test
  void decode_fillsInDefaults() {
    assertThat(accepted(with(""))).isEqualTo(MINIMAL);
  }

  @Test
  void decode_takesNullsAsAbsent() {
    assertThat(
            accepted(
                with(
                    ",\"detail\":null,\"education\":null,\"language\":null,"
                        + "\"onUnavailable\":null,\"deadline\":null")))
        .isEqualTo(MINIMAL);
  }

  @Test
  void decode_readsEveryField() {
    assertThat(
            accepted(
                with(
                    ",\"detail\":\"brief\",\"education\":\"grade 3\",\"language\":\"de-CH\","
                        + "\"onUnavailable\":\"fail\",\"deadline\":\"2026-11-23T12:00:00+01:00\"")))
        .isEqualTo(
            new ExplanationRequest(
                "r-1",
                "Optics",
                "Lenses",
                Detail.BRIEF,
                "grade 3",
                "de-CH",
                OnUnavailable.FAIL,
                Instant.parse("2026-11-23T11:00:00Z")));
  }

  @Test
  void decode_ignoresUnknownFieldsAndByteOrderMark() {
    assertThat(accepted("\uFEFF" + with(",\"x\":{\"requestId\":\"other\",\"y\":[1e400]}")))
        .isEqualTo(MINIMAL);
  }

  @Test
  void decode_ignoresUnknownFields_whateverIsInThem() {
    for (String content :
        new String[] {
          "1".repeat(1_201),
          "-" + "9".repeat(50_000) + "." + "9".repeat(5_000) + "e" + "9".repeat(2_000),
          "1e999999999",
          "[".repeat(20_000) + "]".repeat(20_000),
          "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000),
          "{\"" + "n".repeat(60_000) + "\":1}",
          "\"" + "\\u0000".repeat(9_000) + "\"",
          "[true,null,\"\",{},[]]"
        }) {
      assertThat(accepted(with(",\"x\":" + content))).isEqualTo(MINIMAL);
      assertThat(accepted("{\"x\":" + content + "," + with("").substring(1))).isEqualTo(MINIMAL);
    }
  }

  @Test
  void decode_refusesWhatIsNoString_whateverItsSize() {
    String number = "1".repeat(2_000);
    assertThat(
            refused(
                    "{\"requestId\":\"r-1\",\"topic\":%s,\"subtopic\":[%s],\"detail\":%s}"
                        .formatted(number, number, number))
                .detail())
        .contains("topic: must be a string")
        .contains("subtopic: must be a string")
        .contains("detail: must be one of");
  }

  @Test
  void decode_readsAKeyThatIsAJsonString_asOne() {
    String noId = "{\"topic\":\"Optics\",\"subtopic\":\"Lenses\"}";

    assertThat(accepted("\"r-1\"".getBytes(UTF_8), noId)).isEqualTo(MINIMAL);
    assertThat(accepted("r-1".getBytes(UTF_8), noId)).isEqualTo(MINIMAL);
    assertThat(accepted("\"r\\u002d1\"".getBytes(UTF_8), noId)).isEqualTo(MINIMAL);
    for (String asItIs : new String[] {"\"r-1", "\"r\"-1\"", "'r-1'", "\"a\" \"b\"", "\"\\x\""}) {
      assertThat(accepted(asItIs.getBytes(UTF_8), noId).requestId()).isEqualTo(asItIs);
    }
    assertThat(refused("\" \"".getBytes(UTF_8), noId.getBytes(UTF_8)).requestId()).isNull();
    assertThat(refused("\"k-1\"".getBytes(UTF_8), null).requestId()).isEqualTo("k-1");
  }

  @Test
  void decode_refusesNull_andTakesTheIdFromTheKey() {
    assertThat(refused("k-1".getBytes(UTF_8), null))
        .isEqualTo(
            new Decoded.Invalid(
                ErrorCode.INVALID_REQUEST, "value is null", "k-1", RequestFields.NONE));
    assertThat(refused(null, null).requestId()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "42",
        "\"text\"",
        "[]",
        "{",
        "{}",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":NaN}"
      })
  void decode_refusesWhatIsNoRequest(String value) {
    assertThat(refused(value).requestId()).isNull();
  }

  @Test
  void decode_refusesDuplicates_atAnyDepth() {
    assertThat(refused(with(",\"topic\":\"Acoustics\"")).detail()).contains("topic");
    assertThat(refused(with(",\"x\":{\"y\":1,\"y\":1}")).requestId()).isEqualTo("r-1");
  }

  @Test
  void decode_refusesTrailingText() {
    assertThat(refused(with("") + " {}").requestId()).isEqualTo("r-1");
    assertThat(refused(with("") + "x").requestId()).isEqualTo("r-1");
    assertThat(accepted(with("") + "\n")).isEqualTo(MINIMAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"education\":\"\\ud83c\"",
        ",\"education\":\"\\uDF31\\uD83C\"",
        ",\"x\":[\"\\ud800\"]",
        ",\"\\udfff\":1"
      })
  void decode_refusesLoneSurrogates(String fields) {
    Decoded.Invalid invalid = refused(with(fields));

    assertThat(invalid.detail()).startsWith("not JSON: ").contains("surrogate");
    assertThat(invalid.requestId()).isEqualTo("r-1");
  }

  @Test
  void decode_acceptsEscapedPairs() {
    assertThat(accepted(with(",\"education\":\"\\ud83c\\udf31\"")).education()).isEqualTo("🌱");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"topic\": | not JSON: it ends too early (line 1, column 11)",
        "{\"topic\":\"a | not JSON: it ends too early (line 1, column 12)",
        "[1,2 | not JSON: it ends too early (line 1, column 5)",
        "{} {} | not JSON: there is more after its end (line 1, column 4)",
        "{topic:1} | not JSON: a character is out of place (line 1, column 2)",
        "nil | not JSON: a character is out of place (line 1, column 4)",
        "{\"a\":1,\"a\":2} | not JSON: the field a is there twice (line 1, column 12)",
        "{\"a\":01} | not JSON: a character is out of place (line 1, column 7)",
        "<xml/> | not JSON: a character is out of place (line 1, column 1)"
      })
  void decode_saysInItsOwnWordsWhatIsNoJson(String value, String detail) {
    String actual = refused(value).detail();

    assertThat(actual.replaceAll("column \\d+", ""))
        .isEqualTo(detail.replaceAll("column \\d+", ""));
    assertThat(actual).matches(".* \\(line 1, column \\d+\\)");
  }

  @Test
  void decode_namesNoLibrary_whateverIsWrong() {
    List<String> odd =
        List.of(
            "[".repeat(200),
            "{\"a\":" + "9".repeat(2_000) + "}",
            "{\"" + "n".repeat(60_000) + "\":1}",
            "\u0000",
            "{\"a\":\"\u0001\"}",
            "{\"a\":\"\\x\"}",
            "{\"a\":NaN}",
            "/* c */ {}",
            "{'a':1}",
            "{\"a\":1,}",
            "tru",
            "-",
            "1e",
            "\u202E{}",
            "\"\\ud800\"");

    assertThat(odd)
        .allSatisfy(
            value ->
                assertThat(refused(value).detail())
                    .doesNotContainIgnoringCase("jackson")
                    .doesNotContainIgnoringCase("fasterxml")
                    .doesNotContain("Source", "Stream", "Json", "Reader", "`", "[", "class"));
  }

  @Test
  void decode_refusesWhatIsNotUtf8_neverReplacing() {
    byte[] latin = with(",\"education\":\"lycée\"").getBytes(ISO_8859_1);

    assertThat(refused(null, latin).detail()).isEqualTo("not JSON: not UTF-8");
    assertThat(refused(null, latin).requestId()).isEqualTo("r-1");
    assertThat(refused(null, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}).requestId())
        .isNull();
  }

  @Test
  void decode_takesNoIdThatWasMalformed() {
    byte[] value = "{\"requestId\":\"r\u00e9\"}".getBytes(ISO_8859_1);

    assertThat(refused("k".getBytes(UTF_8), value).requestId()).isEqualTo("k");
    assertThat(refused(null, value).requestId()).isNull();
  }

  @Test
  void decode_findsTheIdBehindDeepNesting_andSurvivesWhatNeverEnds() {
    String deep = "[".repeat(5000) + "]".repeat(5000);

    assertThat(refused("{\"x\":" + deep + ",\"requestId\":\"r-1\"}").requestId()).isEqualTo("r-1");
    assertThat(refused("[".repeat(1_000_000)).requestId()).isNull();
    assertThat(refused("{\"x\":".repeat(150_000)).requestId()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "requestId, 128",
    "topic, 200",
    "subtopic, 300",
    "education, 64",
  })
  void decode_countsCodePoints(String field, int max) {
    String fields =
        with(",\"education\":\"e\"")
            .replaceFirst("\"" + field + "\":\"[^\"]*\"", "\"" + field + "\":\"%s\"");

    accepted(fields.formatted("🌱".repeat(max)));
    assertThat(refused(fields.formatted("🌱".repeat(max + 1))).detail())
        .isEqualTo(field + ": must have at most " + max + " characters");
  }

  @ParameterizedTest
  @ValueSource(strings = {"requestId", "topic", "subtopic", "education"})
  void decode_refusesControlCharactersAndBlanks(String field) {
    String fields =
        with(",\"education\":\"e\"")
            .replaceFirst("\"" + field + "\":\"[^\"]*\"", "\"" + field + "\":\"%s\"");

    for (String control :
        new String[] {"a\\n", "\\u0000a", "a\\u007f", "\u0085a", "\\tb", "a\u009f"}) {
      assertThat(refused(fields.formatted(control)).detail())
          .isEqualTo(field + ": must not contain control characters");
    }
    for (String blank : new String[] {"", " ", "\u00a0", "\u2003\u3000", "\u200b", "\u2028"}) {
      assertThat(refused(fields.formatted(blank)).detail())
          .isEqualTo(field + ": must not be blank");
    }
    assertThat(refused(fields.replace("\"%s\"", "7")).detail())
        .isEqualTo(field + ": must be a string");
    accepted(fields.formatted("a\u00a0\u2028b\u200d"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23T12:00:00Z",
        "2026-11-23t12:00:00.123456789z",
        "0000-01-01T00:00:00+18:00",
        "9999-12-31T23:59:59.999-05:30"
      })
  void decode_acceptsDeadline(String deadline) {
    assertThat(accepted(with(",\"deadline\":\"" + deadline + "\"")).deadline()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "tomorrow",
        "2026-11-23",
        "2026-11-23T12:00:00",
        "2026-11-23 12:00:00Z",
        "2026-11-23T12:00Z",
        "2026-02-30T12:00:00Z",
        "2026-11-23T25:00:00Z",
        "2026-11-23T12:00:60Z",
        "+999999-01-01T00:00:00Z",
        "+999999999-12-31T23:59:59Z",
        "-999999999-12-31T23:59:59Z",
        "12026-11-23T12:00:00Z",
        "2026-11-23T12:00:00+99:99",
        "2026-11-23T12:00:00.Z",
        "2026-11-23T12:00:00Z[Europe/Zurich]",
        "2026-11-23T12:00:00Z\\n",
        "２０２６-11-23T12:00:00Z"
      })
  void decode_refusesDeadline(String deadline) {
    Decoded.Invalid invalid = refused(with(",\"deadline\":\"" + deadline + "\""));

    assertThat(invalid.detail()).startsWith("deadline: must be an RFC 3339 date-time");
    assertThat(invalid.requestId()).isEqualTo("r-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "en",
        "pt-BR",
        "zh-Hant-TW",
        "de-DE-u-co-phonebk",
        "x-klingon",
        "i-klingon",
        "EN-us"
      })
  void decode_acceptsLanguage(String language) {
    assertThat(accepted(with(",\"language\":\"" + language + "\"")).language()).isEqualTo(language);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e",
        "en_US",
        "en-",
        "-en",
        "englishlanguage",
        "en US",
        "日本語",
        "en\\n",
        "en\u2028",
        "en-a",
        "en--US",
        "e\u0300n",
        "1a"
      })
  void decode_refusesLanguage(String language) {
    assertThat(refused(with(",\"language\":\"" + language + "\"")).detail())
        .isEqualTo("language: must be a BCP 47 language tag, for instance en or pt-BR");
  }

  @Test
  void decode_joinsProblems() {
    assertThat(refused("{\"requestId\":\"r-1\",\"topic\":\"\",\"detail\":7}").detail().split("; "))
        .containsExactlyInAnyOrder(
            "topic: must not be blank",
            "subtopic: is missing",
            "detail: must be one of brief, medium, detailed");
  }

  @Test
  void decode_takesAMissingIdFromTheKey() {
    byte[] key = "k-🌱".getBytes(UTF_8);

    assertThat(accepted(key, "{" + BODY + "}").requestId()).isEqualTo("k-🌱");
    assertThat(accepted(key, "{\"requestId\":null," + BODY + "}").requestId()).isEqualTo("k-🌱");
    assertThat(accepted(key, with("")).requestId()).isEqualTo("r-1");
  }

  @Test
  void decode_refusesAMissingId_whenTheKeyIsNotUsable() {
    byte[] value = ("{" + BODY + "}").getBytes(UTF_8);
    byte[][] keys = {
      {},
      {' '},
      {0, 0, 0, 1},
      {(byte) 0xff},
      "k".repeat(129).getBytes(UTF_8),
      "a\nb".getBytes(UTF_8)
    };
    for (byte[] key : keys) {
      Decoded.Invalid invalid = refused(key, value);
      assertThat(invalid.requestId()).isNull();
      assertThat(invalid.detail())
          .isEqualTo("requestId: is missing, and the record's key is not usable as one");
    }
  }

  @Test
  void decode_findsTheId_ofWhatIsRefused() {
    byte[] key = "k-1".getBytes(UTF_8);

    assertThat(refused(key, "{\"requestId\":\"r-1\",\"topic\":".getBytes(UTF_8)).requestId())
        .isEqualTo("r-1");
    assertThat(refused(key, "{\"topic\":\"\",\"requestId\":\"r-1\"}".getBytes(UTF_8)).requestId())
        .isEqualTo("r-1");
    assertThat(refused(key, "{\"a\":{\"requestId\":\"x\"}}".getBytes(UTF_8)).requestId())
        .isEqualTo("k-1");
    assertThat(refused(key, "{\"requestId\":7}".getBytes(UTF_8)).requestId()).isEqualTo("k-1");
    assertThat(refused(key, "oops".getBytes(UTF_8)).requestId()).isEqualTo("k-1");
    assertThat(refused(null, "{\"requestId\":\"\\ud800\"}".getBytes(UTF_8)).requestId()).isNull();
  }

  @Test
  void decode_takesARepeatedId_onlyIfItIsTheSame() {
    assertThat(refused("{\"requestId\":\"r-1\"," + BODY + ",\"requestId\":\"r-1\"}").requestId())
        .isEqualTo("r-1");
    assertThat(refused("{\"requestId\":\"r-1\"," + BODY + ",\"requestId\":\"r-2\"}").requestId())
        .isNull();
  }

  @Test
  void decode_findsTheId_inAMegabyte() {
    String large = "x".repeat(1_000_000);

    assertThat(refused("{\"topic\":\"" + large + "\",\"requestId\":\"r-1\"}").requestId())
        .isEqualTo("r-1");
    assertThat(refused("{\"" + large + "\":1,\"requestId\":\"r-1\"}").requestId()).isEqualTo("r-1");
    assertThat(refused("{\"n\":" + "9".repeat(1_000_000) + ",\"requestId\":\"r-1\"}").requestId())
        .isEqualTo("r-1");
    assertThat(refused(with(",\"" + large + "\":1,\"" + large + "\":2")).detail())
        .doesNotContain("xx".repeat(300));
  }

  @Test
  void decode_quotesLittleOfTheValue() {
    assertThat(refused(with(",\"detail\":\"" + "secret".repeat(100) + "\"")).detail())
        .isEqualTo("detail: must be one of brief, medium, detailed");
    assertThat(refused(with(",\"detail\":" + "secret".repeat(1000))).detail().length())
        .isLessThan(300);
  }

  @Test
  void decode_neverThrows() {
    Random random = new Random(25);
    byte[] valid =
        with(",\"deadline\":\"2026-11-23T12:00:00Z\",\"language\":\"de-CH\"").getBytes(UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] value =
          Arrays.copyOf(
              valid, random.nextInt(4) == 0 ? random.nextInt(valid.length) : valid.length);
      for (int changes = random.nextInt(4); changes > 0 && value.length > 0; changes--) {
        value[random.nextInt(value.length)] = (byte) random.nextInt(256);
      }
      Decoded decoded = decoder.decode(value, value);
      if (decoded instanceof Decoded.Valid(ExplanationRequest request)) {
        assertThat(decoder.read(value, value, null)).isEqualTo(request);
      } else {
        assertThat(((Decoded.Invalid) decoded).detail()).isNotEqualTo("cannot be decoded");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{}", "{\"requestId\":\"r\",\"topic\":1,\"subtopic\":\"s\"}"})
  void read_refusesWhatCannotHaveBeenValid(String value) {
    assertThatThrownBy(() -> decoder.read(null, value.getBytes(UTF_8), null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
