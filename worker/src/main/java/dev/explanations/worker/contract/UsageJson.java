package dev.explanations.worker.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.explanation.Usage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The field {@code usage} of results, outcomes and cache entries. */
public final class UsageJson {

  private static final String NAME = "usage";

  private UsageJson() {}

  public static void write(JsonGenerator json, @Nullable Usage usage) throws IOException {
    if (usage == null) {
      json.writeNullField(NAME);
      return;
    }
    json.writeObjectFieldStart(NAME);
    json.writeNumberField("promptTokens", usage.promptTokens());
    json.writeNumberField("outputTokens", usage.outputTokens());
    json.writeNumberField("totalTokens", usage.totalTokens());
    json.writeEndObject();
  }

  public static Usage read(JsonNode parent) {
    JsonNode node = Json.object(parent, NAME);
    return new Usage(
        tokens(node, "promptTokens"), tokens(node, "outputTokens"), tokens(node, "totalTokens"));
  }

  private static int tokens(JsonNode node, String name) {
    return (int) Bounds.number(node, name, 0, Integer.MAX_VALUE);
  }
}
