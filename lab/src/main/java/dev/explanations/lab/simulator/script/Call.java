package dev.explanations.lab.simulator.script;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One {@code generateContent} call as it arrived.
 *
 * @param userText the texts of {@code contents}, joined by line breaks
 * @param systemText the text of {@code systemInstruction}; empty without one
 * @param number of this call, where answers are to name it
 */
public record Call(String model, String userText, String systemText, OptionalLong number) {

  private static final String SUBTOPIC = "Subtopic: ";

  /** Empty when the body is no JSON object with {@code contents}. */
  public static Optional<Call> parse(ObjectMapper json, String model, byte[] body)
      throws IOException {
    JsonNode root;
    try {
      root = json.readTree(body);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
    if (!root.path("contents").isArray() || root.path("contents").isEmpty()) {
      return Optional.empty();
    }
    StringBuilder userText = new StringBuilder();
    for (JsonNode content : root.path("contents")) {
      appendTexts(content, userText);
    }
    StringBuilder systemText = new StringBuilder();
    appendTexts(root.path("systemInstruction"), systemText);
    return Optional.of(
        new Call(model, userText.toString(), systemText.toString(), OptionalLong.empty()));
  }

  public Call numbered(long newNumber) {
    return new Call(model, userText, systemText, OptionalLong.of(newNumber));
  }

  /** The line that names the subtopic, or else the whole text, so that an answer contains it. */
  public String subject() {
    return userText
        .lines()
        .filter(line -> line.startsWith(SUBTOPIC))
        .map(line -> line.substring(SUBTOPIC.length()))
        .findFirst()
        .orElse(userText);
  }

  private static void appendTexts(JsonNode content, StringBuilder target) {
    for (JsonNode part : content.path("parts")) {
      if (!target.isEmpty()) {
        target.append('\n');
      }
      target.append(part.path("text").asText());
    }
  }
}
