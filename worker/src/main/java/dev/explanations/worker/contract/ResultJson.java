package dev.explanations.worker.contract;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Source;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** Results as in {@code schemas/result.schema.json}. Safe for use by many threads. */
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
    Json.text(json, "topic", result.topic());
    Json.text(json, "subtopic", result.subtopic());
    Json.text(json, "detail", result.detail());
    Json.text(json, "education", result.education());
    Json.text(json, "language", result.language());
    Json.text(json, "explanation", result.explanation());
    ErrorCode error = result.error();
    Json.text(json, "error", error == null ? null : error.wireName());
    if (result.errorDetail() != null) {
      Json.text(json, "errorDetail", result.errorDetail());
    }
    Source source = result.source();
    Json.text(json, "source", source == null ? null : source.wireName());
    Json.text(json, "model", result.model());
    Json.text(json, "promptVersion", result.promptVersion());
    UsageJson.write(json, result.usage());
    json.writeNumberField("attempts", result.attempts());
    Json.text(json, "requestedAt", millis(result.requestedAt()));
    Json.text(json, "completedAt", millis(result.completedAt()));
  }

  private static String millis(Instant instant) {
    return MILLIS.format(instant);
  }
}
