package dev.explanations.worker.contract.request;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.worker.contract.Words;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parses JSON strictly: refuses whatever two readers might understand differently. */
final class RequestText {

  private static final int MAX_NAME = 100;
  private static final Pattern DUPLICATE = Pattern.compile("(?s)Duplicate [^'\"]*['\"](.*)['\"]");
  private static final String LONE_SURROGATE = "contains a lone surrogate";

  /** Escapes are the only way a lone surrogate gets into a text that was valid UTF-8. */
  private static final Pattern ESCAPED_SURROGATE = Pattern.compile("\\\\u[dD][89a-fA-F]");

  /** Unknown fields have no limits, and their numbers are not parsed. */
  private static final StreamReadConstraints UNLIMITED =
      StreamReadConstraints.builder()
          .maxNestingDepth(Integer.MAX_VALUE)
          .maxNumberLength(Integer.MAX_VALUE)
          .maxNameLength(Integer.MAX_VALUE)
          .maxStringLength(Integer.MAX_VALUE)
          .build();

  private static final JsonFactory STRICT =
      factory().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final JsonFactory CHECKED_BEFORE = factory().build();

  private RequestText() {}

  /** The message says what is wrong, for the producer. */
  static final class Malformed extends Exception {
    Malformed(String message) {
      super(message, null, false, false);
    }
  }

  private static JsonFactoryBuilder factory() {
    return new JsonFactoryBuilder()
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .streamReadConstraints(UNLIMITED);
  }

  /**
   * Returns an object with the fields of these names; others are checked and dropped. Values that
   * are objects or arrays lose their content.
   *
   * @param within field whose value is returned instead, if it is present; {@code null}: none
   */
  static JsonNode parse(byte[] value, @Nullable String within, Predicate<String> names)
      throws Malformed {
    String text = withoutMark(decode(value));
    boolean maySplit = ESCAPED_SURROGATE.matcher(text).find();
    try (JsonParser json = STRICT.createParser(text)) {
      JsonNode read = read(json, within, names, maySplit);
      if (json.nextToken() != null) {
        throw new Malformed(
            "not JSON: there is more after its end" + where(json.currentTokenLocation()));
      }
      return read;
    } catch (JsonProcessingException e) {
      throw new Malformed("not JSON: " + reason(e));
    } catch (IOException e) {
      throw new Malformed("not JSON");
    }
  }

  /** As {@link #parse}, without checks: for a text that has passed them before. */
  static JsonNode parseAgain(byte[] value, @Nullable String within, Predicate<String> names)
      throws Malformed {
    try (JsonParser json =
        CHECKED_BEFORE.createParser(withoutMark(new String(value, StandardCharsets.UTF_8)))) {
      return read(json, within, names, false);
    } catch (IOException e) {
      throw new Malformed("not JSON");
    }
  }

  private static JsonNode read(
      JsonParser json, @Nullable String within, Predicate<String> names, boolean checkSurrogates)
      throws IOException, Malformed {
    if (json.nextToken() == null) {
      throw new Malformed("not JSON: empty");
    }
    return value(json, within, names, checkSurrogates);
  }

  /** Goes to the end of the value at which the parser is; never deeper than two frames. */
  private static JsonNode value(
      JsonParser json, @Nullable String within, Predicate<String> names, boolean checkSurrogates)
      throws IOException, Malformed {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      JsonNode other = scalar(json);
      skip(json, checkSurrogates);
      return other;
    }
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    JsonNode inner = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      checkText(name, checkSurrogates);
      json.nextToken();
      if (name.equals(within)) {
        inner = value(json, null, names, checkSurrogates);
        continue;
      }
      if (names.test(name)) {
        object.set(name, scalar(json));
      }
      skip(json, checkSurrogates);
    }
    return inner == null ? object : inner;
  }

  /** Goes to the end of the value at which the parser is; never deeper than one frame. */
  private static void skip(JsonParser json, boolean checkSurrogates) throws IOException, Malformed {
    int depth = 0;
    do {
      JsonToken token = json.currentToken();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (checkSurrogates && token == JsonToken.FIELD_NAME) {
        checkText(json.currentName(), true);
      } else if (checkSurrogates && token == JsonToken.VALUE_STRING) {
        checkText(json.getText(), true);
      }
      if (depth > 0 && json.nextToken() == null) {
        throw new Malformed("not JSON: it ends too early");
      }
    } while (depth > 0);
  }

  private static void checkText(String text, boolean check) throws Malformed {
    if (check && !arePaired(text)) {
      throw new Malformed("not JSON: " + LONE_SURROGATE);
    }
  }

  /** Whether the text has no lone surrogate, which UTF-8 cannot carry. */
  static boolean arePaired(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private static JsonNode scalar(JsonParser json) throws IOException {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return switch (json.currentToken()) {
      case VALUE_STRING -> nodes.textNode(json.getText());
      case VALUE_NULL -> nodes.nullNode();
      case VALUE_TRUE, VALUE_FALSE -> nodes.booleanNode(json.getBooleanValue());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(Double.parseDouble(json.getText()));
      case START_OBJECT -> nodes.objectNode();
      default -> nodes.arrayNode();
    };
  }

  /** A whole number, also one written as 60.0, is a long, and the largest one if it is larger. */
  private static JsonNode number(double number) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    return number == Math.rint(number) ? nodes.numberNode((long) number) : nodes.numberNode(number);
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

  /** Our own words: the parser's name its classes and quote the value. */
  private static String reason(JsonProcessingException e) {
    String what =
        e instanceof JsonEOFException
            ? "it ends too early"
            : inOtherWords(String.valueOf(e.getOriginalMessage()));
    return what + where(e.getLocation());
  }

  /** For what the parser has no exception of its own. */
  private static String inOtherWords(String message) {
    Matcher duplicate = DUPLICATE.matcher(message);
    if (duplicate.matches()) {
      return "the field %s is there twice".formatted(Words.cut(duplicate.group(1), MAX_NAME));
    }
    return message.contains("surrogate") ? LONE_SURROGATE : "a character is out of place";
  }

  private static String where(@Nullable JsonLocation at) {
    return at == null ? "" : " (line %d, column %d)".formatted(at.getLineNr(), at.getColumnNr());
  }
}
