package dev.explanations.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.submit.Result;
import dev.explanations.lab.submit.ResultListener;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts answers to {@code onUnavailable: fail} requests while the breaker is open; logs the first.
 */
final class Fallbacks implements ResultListener {

  private static final String BREAKER_OPEN = "circuit_breaker_open";

  private final TourLog log;
  private final AtomicLong count = new AtomicLong();

  Fallbacks(TourLog log) {
    this.log = log;
  }

  long count() {
    return count.get();
  }

  @Override
  public void arrived(Result result, JsonNode body) {
    if (BREAKER_OPEN.equals(result.error()) && count.incrementAndGet() == 1) {
      log.say(
          "FALLBACK for request %s, which has onUnavailable: fail%s: %s"
              .formatted(
                  result.requestId(), took(body), body.path("explanation").asText("(no text)")));
    }
  }

  private static String took(JsonNode body) {
    try {
      Duration took =
          Duration.between(
              Instant.parse(body.path("requestedAt").asText()),
              Instant.parse(body.path("completedAt").asText()));
      return ", after %d ms".formatted(took.toMillis());
    } catch (DateTimeParseException e) {
      return "";
    }
  }
}
