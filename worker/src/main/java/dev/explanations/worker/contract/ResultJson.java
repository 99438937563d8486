package dev.explanations.worker.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.RequestFields;
import dev.explanations.worker.explanation.Source;
import java.io.IOException;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** Results as in {@code schemas/result.schema.json}. Thread-safe. */
public final class ResultJson {

  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  /** UTF-8 JSON; instants are cut to milliseconds. */
  public byte[] write(ExplanationResult result) {
    return Json.object(json -> fields(json, result));
  }

  private static void fields(JsonGenerator json, ExplanationResult result) throws IOException {
    Json.text(json, "requestId", result.requestId());
    Json.text(json, "status", result.status().wireName());
    RequestFields request = result.request();
    Json.text(json, "topic", request.topic());
    Json.text(json, "subtopic", request.subtopic());
    Json.text(json, "detail", request.detail());
    Json.text(json, "education", request.education());
    Json.text(json, "language", request.language());
    Json.text(json, "explanation", result.text());
    ErrorCode error = result.error();
    Json.text(json, "error", error == null ? null : error.wireName());
    if (result.errorDetail() != null) {
      Json.text(json, "errorDetail", result.errorDetail());
    }
    Source source = result.source();
    Json.text(json, "source", source == null ? null : source.wireName());
    Explanation explanation = result.explanation();
    Json.text(json, "model", explanation == null ? null : explanation.model());
    Json.text(json, "promptVersion", explanation == null ? null : explanation.promptVersion());
    UsageJson.write(json, explanation == null ? null : explanation.usage());
    UsdJson.write(json, "costUsd", result.cost());
    json.writeNumberField("attempts", result.attempts());
    Json.text(json, "requestedAt", MILLIS.format(result.requestedAt()));
    Json.text(json, "completedAt", MILLIS.format(result.completedAt()));
  }
}
