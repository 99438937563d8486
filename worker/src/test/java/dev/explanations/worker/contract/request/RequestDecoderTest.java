package dev.explanations.worker.contract.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.OnUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestDecoderTest extends RequestDecoderFixture {

  @ParameterizedTest
  @CsvSource({"0, 0", "86400, 86400", "60.0, 60", "1e3, 1000", "1e99, 315360000", "null,"})
  void maxAge_isReadInWholeSeconds_andBounded(String json, @Nullable Integer seconds) {
    String value =
        "{\"requestId\":\"r\",\"topic\":\"t\",\"subtopic\":\"s\",\"maxAgeSeconds\":" + json + "}";
    byte[] bytes = value.getBytes(UTF_8);
    Duration expected = seconds == null ? null : Duration.ofSeconds(seconds);
    assertThat(decoder.decode(null, bytes))
        .isInstanceOfSatisfying(
            Decoded.Valid.class, valid -> assertThat(valid.request().maxAge()).isEqualTo(expected));
    assertThat(decoder.read(null, bytes, null).maxAge()).isEqualTo(expected);
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
                Instant.parse("2026-11-23T11:00:00Z"),
                null));
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
