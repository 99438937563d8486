package dev.explanations.worker.contract;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.RequestFields;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.explanation.Usd;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads results, which the worker only writes. */
public final class ResultReader {

  private static final Map<String, Status> STATUSES =
      Json.byName(Status.values(), Status::wireName);
  private static final Map<String, Source> SOURCES = Json.byName(Source.values(), Source::wireName);

  private ResultReader() {}

  /**
   * The result that {@link ResultJson#write} was given.
   *
   * @throws IllegalArgumentException if {@code bytes} are not a result
   */
  public static ExplanationResult read(byte[] bytes) {
    JsonNode json = Json.tree(bytes);
    Status status = Json.byName(STATUSES, Json.text(json, "status"));
    ExplanationResult result =
        new ExplanationResult(
            Json.text(json, "requestId"),
            status,
            new RequestFields(
                Json.textOrNull(json, "topic"),
                Json.textOrNull(json, "subtopic"),
                Json.textOrNull(json, "detail"),
                Json.textOrNull(json, "education"),
                Json.textOrNull(json, "language")),
            status == Status.EXPLAINED ? explanation(json) : null,
            error(json),
            Json.textOrNull(json, "errorDetail"),
            source(json),
            cost(json),
            Math.toIntExact(Json.longInteger(json, "attempts")),
            Json.instant(json, "requestedAt"),
            Json.instant(json, "completedAt"));
    if (!Objects.equals(result.text(), Json.textOrNull(json, "explanation"))) {
      throw new IllegalArgumentException("explanation is of another status");
    }
    if (status != Status.EXPLAINED
        && (json.hasNonNull("model")
            || json.hasNonNull("promptVersion")
            || json.hasNonNull("usage"))) {
      throw new IllegalArgumentException("model, promptVersion and usage are of an explanation");
    }
    return result;
  }

  private static Explanation explanation(JsonNode json) {
    return new Explanation(
        Json.text(json, "explanation"),
        Json.text(json, "model"),
        Json.text(json, "promptVersion"),
        UsageJson.read(json));
  }

  private static @Nullable Usd cost(JsonNode json) {
    if (!json.has("costUsd")) {
      throw new IllegalArgumentException("costUsd is missing");
    }
    JsonNode cost = json.path("costUsd");
    return cost.isNull() ? null : new Usd(cost.decimalValue().movePointRight(9).longValueExact());
  }

  private static @Nullable ErrorCode error(JsonNode json) {
    String error = Json.textOrNull(json, "error");
    return error == null ? null : ErrorCode.ofWireName(error).orElseThrow();
  }

  private static @Nullable Source source(JsonNode json) {
    String source = Json.textOrNull(json, "source");
    return source == null ? null : Json.byName(SOURCES, source);
  }
}
