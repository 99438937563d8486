package dev.explanations.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikenessTest {

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"a\":1} | {\"a\":2.5}",
        "{\"a\":null} | {\"a\":7}",
        "{\"at\":\"2026-01-01T00:00:00Z\"} | {\"at\":\"2027-02-02T00:00:00Z\"}",
        "{\"a\":1,\"…\":\"…\"} | {\"b\":true,\"a\":1}",
        "[{\"a\":\"x\"}] | [{\"a\":\"x\"},{\"a\":\"y\"}]",
        "[] | [1]",
        "{\"a\":\"…\"} | {\"a\":\"x\"}",
        "calls_total 3.0 | calls_total 1.2E3",
      })
  void alike(String shown, String actual) {
    assertThat(Likeness.problems(shown, actual)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"a\":1} | {\"a\":\"1\"}",
        "{\"a\":1} | {\"a\":1,\"b\":2}",
        "{\"a\":1,\"b\":2} | {\"a\":1}",
        "{\"state\":\"closed\"} | {\"state\":\"open\"}",
        "{\"a\":true} | {\"a\":false}",
        "{\"a\":\"x\"} | {\"a\":null}",
        "{\"a\":\"…\"} | {\"a\":null}",
        "[{\"a\":1}] | []",
        "{} | nothing",
        "calls_total 3.0 | call_total 3.0",
      })
  void different(String shown, String actual) {
    assertThat(Likeness.problems(shown, actual)).isNotEmpty();
  }
}
