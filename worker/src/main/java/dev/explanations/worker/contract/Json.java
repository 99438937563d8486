package dev.explanations.worker.contract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reading and writing of the worker's own JSON. Reading throws IllegalArgumentException. */
public final class Json {

  /** Names are not interned: they come from outside, and would stay for ever. */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
          .build();

  private static final ObjectReader TREE = new ObjectMapper(FACTORY).reader();

  private Json() {}

  @FunctionalInterface
  public interface Body {
    void write(JsonGenerator json) throws IOException;
  }

  /** The bytes of one object whose fields {@code body} writes. */
  public static byte[] object(Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      body.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Writes a string or null; lone surrogates, which UTF-8 cannot carry, become question marks.
   * Encoded here: the generator's own encoding takes five times as long for an explanation.
   */
  public static void text(JsonGenerator json, String name, @Nullable String value)
      throws IOException {
    if (value == null) {
      json.writeNullField(name);
    } else {
      byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
      json.writeFieldName(name);
      json.writeUTF8String(utf8, 0, utf8.length);
    }
  }

  public static JsonNode tree(byte[] bytes) {
    try {
      JsonNode node = TREE.readTree(bytes);
      if (node.isObject()) {
        return node;
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
    throw new IllegalArgumentException("not a JSON object");
  }

  public static JsonNode object(JsonNode parent, String name) {
    JsonNode node = parent.path(name);
    if (!node.isObject()) {
      throw new IllegalArgumentException(name + " is not an object");
    }
    return node;
  }

  public static String text(JsonNode parent, String name) {
    String text = textOrNull(parent, name);
    if (text == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return text;
  }

  public static @Nullable String textOrNull(JsonNode parent, String name) {
    JsonNode node = parent.path(name);
    if (parent.hasNonNull(name) && !node.isTextual()) {
      throw new IllegalArgumentException(name + " is not a string");
    }
    return node.textValue();
  }

  public static long longInteger(JsonNode parent, String name) {
    JsonNode node = parent.path(name);
    if (!node.canConvertToLong() || !node.isIntegralNumber()) {
      throw new IllegalArgumentException(name + " is not an integer");
    }
    return node.longValue();
  }

  public static double number(JsonNode parent, String name) {
    JsonNode node = parent.path(name);
    if (!node.isNumber()) {
      throw new IllegalArgumentException(name + " is not a number");
    }
    return node.doubleValue();
  }

  public static boolean bool(JsonNode parent, String name) {
    JsonNode node = parent.path(name);
    if (!node.isBoolean()) {
      throw new IllegalArgumentException(name + " is not a boolean");
    }
    return node.booleanValue();
  }

  public static Instant instant(JsonNode parent, String name) {
    try {
      return Instant.parse(text(parent, name));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(name + " is not an instant", e);
    }
  }

  public static <T> Map<String, T> byName(T[] values, Function<T, String> name) {
    return Arrays.stream(values).collect(Collectors.toUnmodifiableMap(name, Function.identity()));
  }

  public static <T> T byName(Map<String, T> names, String name) {
    T value = names.get(name);
    if (value == null) {
      throw new IllegalArgumentException("unknown value");
    }
    return value;
  }
}
