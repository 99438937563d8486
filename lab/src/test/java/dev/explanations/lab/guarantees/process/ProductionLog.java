package dev.explanations.lab.guarantees.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a worker in production has written, all of it JSON. */
record ProductionLog(List<JsonNode> events) {

  /** Fails if any line is something else than an event. */
  static ProductionLog of(List<String> lines) {
    List<JsonNode> events = new ArrayList<>();
    for (String line : lines) {
      JsonNode event = parse(line);
      for (String field : List.of("timestamp", "level", "logger", "thread", "message")) {
        assertThat(event.path(field).isTextual()).as("%s in %s", field, line).isTrue();
      }
      events.add(event);
    }
    return new ProductionLog(events);
  }

  private static JsonNode parse(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + line, e);
    }
  }

  /** The messages of that level. */
  List<String> messages(String level) {
    return events.stream()
        .filter(event -> event.path("level").asText().equals(level))
        .map(event -> event.path("message").asText())
        .toList();
  }
}
