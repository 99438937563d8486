package dev.explanations.worker.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.PromptTemplate;
import dev.explanations.worker.explanation.Template;
import dev.explanations.worker.explanation.Thinking;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads prompt files, as in {@code schemas/prompt.schema.json}. */
public final class PromptFile {

  /** Version of the prompt in the jar, and of any file with the same bytes. */
  public static final String DEFAULT_VERSION = "1";

  private static final String DEFAULT = "/prompt.json";
  private static final String SCHEMA = "/schemas/prompt.schema.json";
  private static final int HASH_DIGITS = 8;

  private PromptFile() {}

  /** The prompt in the jar. */
  public static PromptTemplate builtIn() {
    try {
      return parse(PolicyFile.resource(DEFAULT));
    } catch (InvalidFileException e) {
      throw new IllegalStateException(DEFAULT, e);
    }
  }

  /**
   * Reads a prompt file.
   *
   * @throws InvalidFileException with all problems of the file
   */
  static PromptTemplate read(Path file) throws InvalidFileException {
    return parse(PolicyFile.bytes(file));
  }

  static PromptTemplate parse(byte[] bytes) throws InvalidFileException {
    PolicyFile file = PolicyFile.of(bytes, SCHEMA);
    Template system = template(file, "system");
    Template user = template(file, "user");
    if (user != null && !user.tellsTopicAndSubtopic()) {
      file.report(file.json().path("user"), "user: must have the places {topic} and {subtopic}");
    }
    file.requireNoProblems();
    Map<Detail, Prompt.Limits> limits = new EnumMap<>(Detail.class);
    for (Detail detail : Detail.values()) {
      limits.put(detail, limits(file.json().path("detail").path(detail.wireName())));
    }
    return new PromptTemplate(
        version(file.json().path("name").asText(), bytes),
        Objects.requireNonNull(system),
        Objects.requireNonNull(user),
        limits);
  }

  /**
   * Parses the template in a field; {@code null} if it is invalid, which has been reported to the
   * file.
   */
  private static @Nullable Template template(PolicyFile file, String field) {
    JsonNode node = file.json().path(field);
    String text;
    if (node.isArray()) {
      List<String> lines = new ArrayList<>();
      node.forEach(line -> lines.add(line.asText()));
      text = String.join("\n", lines);
    } else if (node.isTextual()) {
      text = node.textValue();
    } else {
      return null;
    }
    return switch (Template.parse(text)) {
      case Template.Parsed.Valid(Template template) -> template;
      case Template.Parsed.Invalid(List<String> problems) -> {
        problems.forEach(problem -> file.report(node, field + ": " + problem));
        yield null;
      }
    };
  }

  private static Prompt.Limits limits(JsonNode json) {
    JsonNode maxOutputTokens = json.path("maxOutputTokens");
    return new Prompt.Limits(
        json.path("maxWords").intValue(),
        maxOutputTokens.isNumber() ? (Integer) maxOutputTokens.intValue() : null,
        thinking(json.path("thinking")));
  }

  private static @Nullable Thinking thinking(JsonNode json) {
    if (json.has("level")) {
      return Thinking.Level.valueOf(json.path("level").asText().toUpperCase(Locale.ROOT));
    }
    return json.has("budget") ? new Thinking.Budget(json.path("budget").intValue()) : null;
  }

  private static String version(String name, byte[] bytes) {
    if (Arrays.equals(bytes, PolicyFile.resource(DEFAULT))) {
      return DEFAULT_VERSION;
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return name + "-" + HexFormat.of().formatHex(hash).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
