package dev.explanations.worker.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.explanations.worker.health.Fields;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads and writes the JSON bodies of all endpoints. Thread-safe. */
public final class JsonBodies {
  public static final String PROBLEM = "application/problem+json";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectReader STRICT =
      MAPPER
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

  private JsonBodies() {}

  /** Writes maps, lists, strings, numbers, booleans and nulls. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + value.getClass(), e);
    }
  }

  /**
   * The JSON object in a command's body; an empty body is an empty object.
   *
   * @throws Problem 400 if the body is no JSON object or has other fields: a misspelt field must
   *     not change what a command means
   */
  public static JsonNode readObject(byte[] body, Set<String> fields) {
    if (body.length == 0) {
      return MAPPER.createObjectNode();
    }
    JsonNode json;
    try {
      json = STRICT.readTree(body);
    } catch (IOException e) {
      throw new Problem(400, "The body is not JSON.");
    }
    if (!json.isObject()) {
      throw new Problem(400, "The body is not a JSON object.");
    }
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      if (!fields.contains(field.getKey())) {
        throw new Problem(
            400, "Unknown field; there is: " + String.join(", ", new TreeSet<>(fields)) + ".");
      }
    }
    return json;
  }

  /**
   * Text of a field; {@code null} if the field is absent or null.
   *
   * @throws Problem 400 if it is anything else
   */
  public static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
      throw new Problem(400, name + " must be a text.");
    }
    return value.textValue();
  }

  public static byte[] utf8(Fields fields) {
    return write(fields).getBytes(StandardCharsets.UTF_8);
  }

  public static void respond(Context context, Fields body) {
    respond(context, 200, body);
  }

  public static void respond(Context context, int status, Fields body) {
    respond(context, status, utf8(body));
  }

  /** Responds with JSON in UTF-8. */
  public static void respond(Context context, byte[] json) {
    respond(context, 200, json);
  }

  private static void respond(Context context, int status, byte[] json) {
    context.status(status).contentType("application/json").result(json);
  }

  public static void respondProblem(Context context, int status, String title, String detail) {
    context.status(status).contentType(PROBLEM).result(problem(status, title, detail));
  }

  /** The JSON of a problem, RFC 9457. */
  static String problem(int status, String title, String detail) {
    Fields problem = Fields.of("type", "about:blank", "title", title, "status", status);
    if (!detail.isEmpty()) {
      problem.put("detail", detail);
    }
    return write(problem);
  }
}
