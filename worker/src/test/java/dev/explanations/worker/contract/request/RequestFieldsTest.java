package dev.explanations.worker.contract.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which values the fields of a request may have. */
class RequestFieldsTest extends RequestDecoderFixture {

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

  @Test
  void isUsable_refusesControlCharactersAndLoneSurrogates_andNothingElse() {
    RequestSchema schema = new RequestSchema();
    for (char c = 0; c < Character.MAX_VALUE; c++) {
      assertThat(schema.isUsable("topic", "a" + c))
          .as("U+%04X", (int) c)
          .isEqualTo(!Character.isISOControl(c) && !Character.isSurrogate(c));
    }
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
}
