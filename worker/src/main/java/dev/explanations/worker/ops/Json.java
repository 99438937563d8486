package dev.explanations.worker.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What all JSON bodies have in common. */
final class Json {
  static final String PROBLEM = "application/problem+json";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static String wireName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param value maps, lists, strings, numbers, booleans and nulls
   */
  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + value.getClass(), e);
    }
  }

  static void respond(Context context, int status, Map<String, @Nullable Object> body) {
    context.status(status).contentType("application/json").result(write(body));
  }

  static void respondProblem(Context context, int status, String title, String detail) {
    context.status(status).contentType(PROBLEM).result(write(problem(status, title, detail)));
  }

  /** RFC 9457. */
  static Map<String, Object> problem(int status, String title, String detail) {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "about:blank");
    problem.put("title", title);
    problem.put("status", status);
    if (!detail.isEmpty()) {
      problem.put("detail", detail);
    }
    return problem;
  }
}
