package dev.explanations.lab.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SightingTest {

  private static final String HEALTH =
      """
      {"status": "degraded", "services": {
        "google_ai": {"status": "healthy", "model": "gemini-3.5-flash-lite"},
        "circuit_breakers": {
          "google_ai": {"name": "google_ai", "state": "half_open", "failure_count": 2},
          "google_ai:other": {"name": "google_ai:other", "state": "closed", "failure_count": 0}},
        "kafka_streams": {"status": "healthy", "state": "RUNNING", "threads": 2}}}
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"google_ai\": {\"name\": \"google_ai\", \"state\": \"open\", \"failure_count\": 5}}",
        "{\"circuit_breakers\": {\"google_ai:other\": {\"state\": \"closed\"},"
            + " \"google_ai\": {\"state\": \"open\", \"failure_count\": 5}}}",
        "[{\"name\": \"google_ai:other\", \"state\": \"closed\"},"
            + " {\"name\": \"google_ai\", \"state\": \"open\", \"failure_count\": 5}]",
      })
  void of_findsThePrimaryBreaker_whereverItStands(String breakers) {
    assertThat(Sighting.of(breakers, HEALTH))
        .isEqualTo(new Sighting(BreakerState.OPEN, 5, "degraded"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "no JSON", "{}", "{\"title\": \"Not Found\", \"status\": 404}"})
  void of_takesTheBreakerFromTheHealth_otherwise(String breakers) {
    assertThat(Sighting.of(breakers, HEALTH))
        .isEqualTo(new Sighting(BreakerState.HALF_OPEN, 2, "degraded"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "null", "no JSON", "[]", "{\"services\": {}}"})
  void of_isUnknown_whenNothingIsTold(String health) {
    assertThat(Sighting.of("", health)).isEqualTo(Sighting.NOTHING);
  }

  @Test
  void of_isUnknown_forAStateThatNobodyKnows() {
    assertThat(Sighting.of("{\"google_ai\": {\"state\": \"ajar\"}}", HEALTH).breaker())
        .isEqualTo(BreakerState.UNKNOWN);
  }
}
