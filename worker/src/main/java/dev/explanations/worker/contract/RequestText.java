package dev.explanations.worker.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes to JSON, strictly: whatever two readers might understand differently is refused. */
final class RequestText {

  private static final int MAX_DEPTH = 100;
  private static final int MAX_NAME = 100;
  private static final Pattern DUPLICATE = Pattern.compile("(?s)Duplicate [^'\"]*['\"](.*)['\"]");
  private static final String LONE_SURROGATE = "contains a lone surrogate";

  /** Escapes are the only way a lone surrogate gets into a text that was valid UTF-8. */
  private static final Pattern ESCAPED_SURROGATE = Pattern.compile("\\\\u[dD][89a-fA-F]");

  private static final ObjectReader STRICT =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private RequestText() {}

  /** Says in words for the producer what is wrong. */
  static final class Malformed extends Exception {
    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  static JsonNode parse(byte[] value) throws Malformed {
    String text = withoutMark(decode(value));
    JsonNode json;
    try {
      json = STRICT.readTree(text);
    } catch (JsonProcessingException e) {
      throw new Malformed("not JSON: " + reason(e));
    }
    if (json.isMissingNode()) {
      throw new Malformed("not JSON: empty");
    }
    if (ESCAPED_SURROGATE.matcher(text).find() && !isWellFormed(json)) {
      throw new Malformed("not JSON: " + LONE_SURROGATE);
    }
    return json;
  }

  private static String decode(byte[] value) throws Malformed {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new Malformed("not JSON: not UTF-8");
    }
  }

  /** RFC 8259 lets parsers ignore a byte order mark, and some producers' libraries write one. */
  static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** The recursion is bounded by the parser's nesting limit. */
  private static boolean isWellFormed(JsonNode json) {
    if (json.isTextual()) {
      return Surrogates.arePaired(json.textValue());
    }
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (!Surrogates.arePaired(field.getKey())) {
        return false;
      }
    }
    for (JsonNode child : json) {
      if (!isWellFormed(child)) {
        return false;
      }
    }
    return true;
  }

  /** Our own words: the parser's name its classes and quote the value. */
  private static String reason(JsonProcessingException e) {
    String what =
        switch (e) {
          case StreamConstraintsException _ ->
              "nested more than %d deep, or a part of it is too long".formatted(MAX_DEPTH);
          case JsonEOFException _ -> "it ends too early";
          case MismatchedInputException _ -> "there is more after its end";
          default -> inOtherWords(String.valueOf(e.getOriginalMessage()));
        };
    JsonLocation at = e.getLocation();
    String where =
        at == null ? "" : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
    return what + where;
  }

  /** For what the parser has no exception of its own. */
  private static String inOtherWords(String message) {
    Matcher duplicate = DUPLICATE.matcher(message);
    if (duplicate.matches()) {
      return "the field %s is there twice".formatted(Words.cut(duplicate.group(1), MAX_NAME));
    }
    return message.contains("surrogate") ? LONE_SURROGATE : "a character is out of place";
  }
}
