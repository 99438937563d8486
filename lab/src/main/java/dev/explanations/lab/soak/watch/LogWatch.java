package dev.explanations.lab.soak.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.guarantees.Observation.BreakerChanged;
import dev.explanations.lab.guarantees.Observation.Emitted;
import dev.explanations.lab.guarantees.Witness;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Reads the JSON logs of workers. Thread-safe. */
public final class LogWatch {

  private static final Map<String, String> STATES =
      Map.of(
          "Circuit breaker OPENED due to failures", "OPEN",
          "Circuit breaker held OPEN by hand until it is reset", "OPEN",
          "Circuit breaker HALF-OPEN", "HALF_OPEN",
          "Circuit breaker CLOSED after successful recovery", "CLOSED",
          "Circuit breaker reset by hand", "CLOSED");

  private final ObjectMapper json = new ObjectMapper();
  private final Witness witness;
  private final Map<String, Long> warnings = new TreeMap<>();

  public LogWatch(Witness witness) {
    this.witness = witness;
  }

  /** Receives a line that a worker's life has logged. */
  public void line(String life, String line) {
    long now = System.nanoTime();
    witness.saw(new Emitted(now, "log of " + life, line));
    JsonNode event;
    try {
      event = json.readTree(line);
    } catch (JsonProcessingException e) {
      count("no JSON: " + line.substring(0, Math.min(60, line.length())));
      return;
    }
    String message = event.path("message").asText();
    String state = STATES.get(message);
    if (state != null) {
      Duration ago =
          Duration.between(Instant.parse(event.path("timestamp").asText()), Instant.now());
      witness.saw(
          new BreakerChanged(now - ago.toNanos(), life, event.path("name").asText(), state));
    }
    String level = event.path("level").asText();
    if (level.equals("WARN") || level.equals("ERROR")) {
      count(level + " " + message.replaceAll("\\d+", "N"));
    }
  }

  /** Counts of warnings and errors by message, with {@code N} for every number. */
  public synchronized Map<String, Long> warnings() {
    return new TreeMap<>(warnings);
  }

  private synchronized void count(String what) {
    warnings.merge(what, 1L, Long::sum);
  }
}
