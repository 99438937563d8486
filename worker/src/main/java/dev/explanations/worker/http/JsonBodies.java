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

/** What all JSON bodies have in common. */
public final class JsonBodies {
  public static final String PROBLEM = "application/problem+json";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectReader STRICT =
      MAPPER
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

  private JsonBodies() {}

  /**
   * @param value maps, lists, strings, numbers, booleans and nulls
   */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + value.getClass(), e);
    }
  }

  /**
   * The object in a command's body; an empty body is an empty object.
   *
   * @throws Problem 400 if it is not JSON, no object, or has other fields: a slip of the pen must
   *     not become a command of another meaning
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
   * A field that may be absent or null.
   *
   * @throws Problem 400 if it is something else than a text
   */
  public static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (!value.isMissingNode() && !value.isNull() && !value.isTextual()) {
      throw new Problem(400, name + " must be a text.");
    }
    return value.textValue();
  }

  public static void respond(Context context, Map<String, @Nullable Object> body) {
    respond(context, 200, body);
  }

  public static void respond(Context context, int status, Map<String, @Nullable Object> body) {
    respond(context, status, write(body).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param json as UTF-8
   */
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
    Fields problem =
        Fields.of(
            "type", "about:blank",
            "title", title,
            "status", status);
    if (!detail.isEmpty()) {
      problem.put("detail", detail);
    }
    return write(problem);
  }
}
