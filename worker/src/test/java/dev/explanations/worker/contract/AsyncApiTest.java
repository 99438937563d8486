package dev.explanations.worker.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class AsyncApiTest {

  private static final Set<String> OF_NO_TOPIC =
      Set.of("./cached-explanation.schema.json", "./prices.schema.json", "./prompt.schema.json");

  private final JsonNode api = load();

  private static JsonNode load() {
    try {
      return new ObjectMapper(new YAMLFactory())
          .readTree(Schemas.DIRECTORY.resolve("asyncapi.yaml").toFile());
    } catch (IOException e) {
      throw new AssertionError("asyncapi.yaml is not YAML", e);
    }
  }

  private static Set<String> headerNames() throws IllegalAccessException {
    Set<String> names = new TreeSet<>();
    for (Field field : HeaderNames.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && !field.getName().equals("PREFIX")) {
        names.add((String) field.get(null));
      }
    }
    return names;
  }

  private static void collect(JsonNode node, Set<String> fields, List<String> references) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      fields.add(field.getKey());
      if (field.getKey().equals("$ref")) {
        references.add(field.getValue().asText());
      }
    }
    node.forEach(child -> collect(child, fields, references));
  }

  @Test
  void version_is3() {
    assertThat(api.path("asyncapi").asText()).isEqualTo("3.0.0");
  }

  @Test
  void channels_areTheTopics() {
    assertThat(api.path("channels").valueStream().map(channel -> channel.path("address").asText()))
        .containsExactlyInAnyOrder(
            "explanations.requests",
            "explanations.results",
            "explanations.retries",
            "explanations.dead-letters",
            "explanation-worker-redriven",
            "explanations.outcomes",
            "explanations.control");
  }

  @Test
  void headers_areThoseOfTheCode() throws IllegalAccessException {
    Set<String> fields = new TreeSet<>();
    collect(api, fields, new ArrayList<>());
    Schemas.document("dead-letter-headers")
        .path("properties")
        .fieldNames()
        .forEachRemaining(fields::add);
    fields.removeIf(name -> !name.startsWith(HeaderNames.PREFIX));

    assertThat(fields).isEqualTo(headerNames());
  }

  @Test
  void references_exist() {
    List<String> references = new ArrayList<>();
    collect(api, new TreeSet<>(), references);

    assertThat(references).hasSizeGreaterThan(10);
    for (String reference : references) {
      String[] parts = reference.split("#", -1);
      Path file = Schemas.DIRECTORY.resolve(parts[0]);
      JsonNode document = parts[0].isEmpty() ? api : Schemas.json(file);
      assertThat(parts[0].isEmpty() || Files.exists(file)).as(reference).isTrue();
      assertThat(parts.length == 1 || !document.at(parts[1]).isMissingNode())
          .as(reference)
          .isTrue();
    }
  }

  @Test
  void everySchemaOfATopic_isReferenced() {
    List<String> references = new ArrayList<>();
    collect(api, new TreeSet<>(), references);

    assertThat(references)
        .contains(
            Schemas.files(Schemas.DIRECTORY, "*.schema.json").stream()
                .map(file -> "./" + file.getFileName())
                .filter(file -> !OF_NO_TOPIC.contains(file))
                .toArray(String[]::new));
  }
}
