package dev.explanations.worker.policy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.serialization.NodeReader;
import com.networknt.schema.utils.JsonNodes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.StringJoiner;

/** A JSON file validated against its schema, with its problems. Used by one thread. */
final class PolicyFile {

  private static final int MAX_BYTES = 1024 * 1024;

  private final JsonNode json;
  private final List<String> problems = new ArrayList<>();

  private PolicyFile(JsonNode json) {
    this.json = json;
  }

  /**
   * Reads a file.
   *
   * @throws InvalidFileException if the file cannot be read or has more than 1 MiB
   */
  static byte[] bytes(Path file) throws InvalidFileException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new InvalidFileException(List.of("must have at most 1 MiB"));
      }
      return bytes;
    } catch (IOException e) {
      throw new InvalidFileException(
          List.of("cannot be read: " + e.getClass().getSimpleName() + ": " + e.getMessage()));
    }
  }

  /** Reads a file of the jar. */
  static byte[] resource(String name) {
    try (InputStream in = PolicyFile.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /**
   * Parses and validates a file.
   *
   * @param schema name of a file of the jar
   * @throws InvalidFileException if it is no JSON object; {@link #requireNoProblems} throws all
   *     other problems
   */
  static PolicyFile of(byte[] bytes, String schema) throws InvalidFileException {
    PolicyFile file = new PolicyFile(parse(bytes));
    for (Error error : validate(file.json, schema)) {
      JsonNode node = error.getInstanceNode();
      file.report(node == null ? file.json : node, path(error) + error.getMessage());
    }
    return file;
  }

  private static JsonNode parse(byte[] bytes) throws InvalidFileException {
    ObjectMapper mapper = new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    NodeReader reader = NodeReader.builder().jsonMapper(mapper).locationAware().build();
    try {
      JsonNode json = reader.readTree(new ByteArrayInputStream(bytes), InputFormat.JSON);
      if (json.isObject()) {
        return json;
      }
    } catch (IllegalArgumentException e) {
      if (e.getCause() instanceof JsonProcessingException cause) {
        // the parser's words quote the file, which may be a secret's if the setting is wrong
        throw new InvalidFileException(
            List.of(
                "line %d: not JSON, or a field is there twice"
                    .formatted(cause.getLocation().getLineNr())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("from memory", e);
    }
    throw new InvalidFileException(List.of("must be a JSON object"));
  }

  private static List<Error> validate(JsonNode json, String schema) {
    return SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            registry ->
                registry.schemaRegistryConfig(
                    SchemaRegistryConfig.builder()
                        .formatAssertionsEnabled(true)
                        .locale(Locale.ROOT)
                        .build()))
        .getSchema(new ByteArrayInputStream(resource(schema)), InputFormat.JSON)
        .validate(json);
  }

  private static String path(Error error) {
    StringJoiner path = new StringJoiner(".");
    for (int i = 0; i < error.getInstanceLocation().getNameCount(); i++) {
      path.add(error.getInstanceLocation().getName(i));
    }
    return path.length() == 0 ? "" : path + ": ";
  }

  JsonNode json() {
    return json;
  }

  /**
   * Adds a problem.
   *
   * @param node node of this file that has the problem
   */
  void report(JsonNode node, String problem) {
    problems.add(
        "line %d: %s".formatted(JsonNodes.tokenStreamLocationOf(node).getLineNr(), problem));
  }

  void requireNoProblems() throws InvalidFileException {
    if (!problems.isEmpty()) {
      throw new InvalidFileException(problems);
    }
  }
}
