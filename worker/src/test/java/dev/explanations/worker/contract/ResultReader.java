package dev.explanations.worker.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Source;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads results, which the worker only writes. */
public final class ResultReader {

  private static final Map<String, ExplanationResult.Status> STATUSES =
      Json.byName(ExplanationResult.Status.values(), ExplanationResult.Status::wireName);
  private static final Map<String, Source> SOURCES = Json.byName(Source.values(), Source::wireName);

  private ResultReader() {}

  /**
   * The result that {@link ResultJson#write} was given.
   *
   * @throws IllegalArgumentException if {@code bytes} are not a result
   */
  public static ExplanationResult read(byte[] bytes) {
    JsonNode json = Json.tree(bytes);
    return new ExplanationResult(
        Json.text(json, "requestId"),
        Json.byName(STATUSES, Json.text(json, "status")),
        Json.textOrNull(json, "topic"),
        Json.textOrNull(json, "subtopic"),
        Json.textOrNull(json, "detail"),
        Json.textOrNull(json, "education"),
        Json.textOrNull(json, "language"),
        Json.textOrNull(json, "explanation"),
        error(json),
        Json.textOrNull(json, "errorDetail"),
        source(json),
        Json.textOrNull(json, "model"),
        Json.textOrNull(json, "promptVersion"),
        json.path("usage").isNull() ? null : UsageJson.read(json),
        Json.integer(json, "attempts"),
        Json.instant(json, "requestedAt"),
        Json.instant(json, "completedAt"));
  }

  private static @Nullable ErrorCode error(JsonNode json) {
    String error = Json.textOrNull(json, "error");
    return error == null ? null : Json.code(error);
  }

  private static @Nullable Source source(JsonNode json) {
    String source = Json.textOrNull(json, "source");
    return source == null ? null : Json.byName(SOURCES, source);
  }
}
