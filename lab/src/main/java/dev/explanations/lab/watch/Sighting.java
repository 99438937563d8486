package dev.explanations.lab.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

/**
 * State of a worker as its endpoints told it at one moment.
 *
 * @param breaker of the breaker that guards the primary model
 * @param failureCount its consecutive failures; 0 when not told
 * @param health the worker's own status, {@code unknown} when not told
 */
public record Sighting(BreakerState breaker, int failureCount, String health) {

  static final Sighting NOTHING = new Sighting(BreakerState.UNKNOWN, 0, "unknown");

  private static final String BREAKER = "google_ai";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads what it can. The breaker is looked for first in the breakers' body, then in that of the
   * health, wherever in it; it may stand under its name or beside it.
   *
   * @param breakers the body of {@code GET /api/circuit-breaker}; anything when there was none
   * @param health the body of {@code GET /api/health}
   */
  static Sighting of(String breakers, String health) {
    JsonNode healthBody = parse(health);
    JsonNode breaker = breaker(parse(breakers));
    if (breaker.isMissingNode()) {
      breaker = breaker(healthBody);
    }
    return new Sighting(
        BreakerState.of(breaker.path("state").asText()),
        breaker.path("failure_count").asInt(),
        healthBody.path("status").asText(NOTHING.health()));
  }

  private static JsonNode breaker(JsonNode root) {
    for (JsonNode each : root.findValues(BREAKER)) {
      if (each.has("state")) {
        return each;
      }
    }
    for (JsonNode each : root.findParents("state")) {
      if (each.path("name").asText().equals(BREAKER)) {
        return each;
      }
    }
    return MissingNode.getInstance();
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
