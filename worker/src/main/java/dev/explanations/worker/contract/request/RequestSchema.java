package dev.explanations.worker.contract.request;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * {@code request.schema.json}, compiled. The words of its messages come from the descriptions of
 * its {@code $defs}, so each rule and what is said about it stand in one place.
 */
final class RequestSchema {

  private static final String RESOURCE = "/schemas/request.schema.json";

  private final JsonNode document;
  private final Schema schema;
  private final Pattern notBlank;
  private final Pattern controlCharacter;

  /** ASCII that {@link #controlCharacter}, one class of characters, does not find. */
  private final BitSet plain;

  private final Map<String, Integer> maxLengths;

  RequestSchema() {
    document = load();
    schema =
        SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                registry ->
                    registry.schemaRegistryConfig(
                        SchemaRegistryConfig.builder()
                            .formatAssertionsEnabled(true)
                            .locale(Locale.ROOT)
                            .build()))
            .getSchema(document);
    schema.initializeValidators();
    notBlank = pattern("/$defs/notBlank/pattern");
    controlCharacter = pattern("/$defs/noControlCharacters/not/pattern");
    plain =
        IntStream.range(0, 128)
            .filter(c -> !controlCharacter.matcher(Character.toString(c)).find())
            .collect(BitSet::new, BitSet::set, BitSet::or);
    maxLengths =
        document
            .path("properties")
            .propertyStream()
            .filter(field -> field.getValue().has("maxLength"))
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, field -> field.getValue().path("maxLength").intValue()));
  }

  private static JsonNode load() {
    try (InputStream in = RequestSchema.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the jar");
      }
      return new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
  }

  private Pattern pattern(String pointer) {
    return Pattern.compile(document.at(pointer).textValue());
  }

  Set<String> fields() {
    return document
        .path("properties")
        .propertyStream()
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  String defaultOf(String field) {
    return document.at("/properties/" + field + "/default").textValue();
  }

  /** What a definition of the schema demands, for instance {@code must not be blank}. */
  String demandOf(String definition) {
    return document.at("/$defs/" + definition + "/description").textValue();
  }

  /** Whether a text is within the limits of that field, which has a maximal length. */
  boolean isUsable(String field, String text) {
    return text.codePointCount(0, text.length()) <= maxLengths.getOrDefault(field, 0)
        && notBlank.matcher(text).find()
        && (isPlain(text)
            || (!controlCharacter.matcher(text).find() && RequestText.arePaired(text)));
  }

  /** Fast path: the pattern took a tenth of a stream thread's time for a hit. */
  private boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!plain.get(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * What is wrong with a value.
   *
   * @param text field by field, joined by semicolons
   * @param fields the fields at fault; empty when nothing is wrong or the value is no object
   */
  record Problems(String text, Set<String> fields) {
    boolean none() {
      return text.isEmpty();
    }
  }

  Problems problems(JsonNode json) {
    List<Error> errors = schema.validate(json);
    Set<String> outsideEnum =
        errors.stream()
            .filter(error -> error.getKeyword().equals("enum"))
            .map(RequestSchema::field)
            .collect(Collectors.toUnmodifiableSet());
    StringJoiner problems = new StringJoiner("; ");
    for (Error error : errors) {
      // that a value must be a string adds nothing to which strings it may be
      if (!error.getKeyword().equals("type") || !outsideEnum.contains(field(error))) {
        problems.add(problem(error));
      }
    }
    Set<String> fields =
        errors.stream().map(RequestSchema::field).collect(Collectors.toUnmodifiableSet());
    return new Problems(problems.toString(), fields);
  }

  private String problem(Error error) {
    String field = field(error);
    return field.isEmpty() ? "must be a JSON object" : field + ": " + demand(error);
  }

  private static String field(Error error) {
    String property = error.getProperty();
    return property != null && error.getKeyword().equals("required")
        ? property
        : error.getInstanceLocation().getNameCount() == 0
            ? ""
            : error.getInstanceLocation().getName(0);
  }

  private String demand(Error error) {
    return switch (error.getKeyword()) {
      // the decoder has looked into the key before
      case "required" ->
          field(error).equals("requestId")
              ? "is missing, and the record's key is not usable as one"
              : "is missing";
      case "type" ->
          error.getSchemaNode().toString().contains("string")
              ? "must be a string"
              : description(error);
      case "maxLength" -> "must have at most %s characters".formatted(error.getSchemaNode());
      case "enum" -> "must be one of " + names(error.getSchemaNode());
      default -> description(error);
    };
  }

  private static String names(JsonNode values) {
    return values
        .valueStream()
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .collect(Collectors.joining(", "));
  }

  private String description(Error error) {
    String keyword = error.getSchemaLocation().getFragment().toString();
    JsonNode parent = document.at(JsonPointer.compile(keyword).head());
    return parent.path("description").asText("is not valid");
  }
}
