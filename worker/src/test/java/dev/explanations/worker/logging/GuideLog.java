package dev.explanations.worker.logging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The log lines of the Python backend's guide, which alerts may rest on. */
public final class GuideLog {

  /** Fields whose values depend on the request or the address, or that are gone. */
  private static final Set<String> NAMES_ONLY = Set.of("key", "host", "port");

  private static final String GONE = "endpoint";

  private GuideLog() {}

  /** Fails unless a line of the production log has all that the guide's line of this text has. */
  public static void hasLine(CapturedLog log, String message) {
    JsonNode wanted = line(message);
    List<JsonNode> lines =
        log.json().stream().filter(it -> message.equals(it.path("message").asText())).toList();
    assertThat(lines).as("lines \"%s\"", message).isNotEmpty();
    assertThat(lines).anySatisfy(line -> has(line, wanted));
  }

  private static void has(JsonNode line, JsonNode wanted) {
    wanted
        .properties()
        .forEach(
            field -> {
              String name = field.getKey();
              if (NAMES_ONLY.contains(name)) {
                assertThat(line.path(name).getNodeType())
                    .as(name)
                    .isEqualTo(field.getValue().getNodeType());
              } else if (!name.equals(GONE)) {
                assertThat(line.path(name)).as(name).isEqualTo(field.getValue());
              }
            });
  }

  private static JsonNode line(String message) {
    ObjectMapper mapper = new ObjectMapper();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(GuideLog.class.getResourceAsStream("/guide-log.jsonl")),
                StandardCharsets.UTF_8))) {
      for (String line : lines.lines().toList()) {
        JsonNode node = mapper.readTree(line);
        if (node.path("message").asText().equals(message)) {
          return node;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalArgumentException("the guide has no line \"" + message + "\"");
  }
}
