package dev.explanations.worker.ops;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.redrive.DeadLetter;
import dev.explanations.worker.redrive.RedriveJob;
import dev.explanations.worker.redrive.RedriveReport;
import dev.explanations.worker.redrive.RedriveRun;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Dead letters and redrives as in {@code openapi.yaml}. */
final class DeadLetterJson {
  private DeadLetterJson() {}

  static Map<String, @Nullable Object> of(DeadLetter letter) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("partition", letter.partition());
    json.put("offset", letter.offset());
    json.put("timestamp", letter.timestamp().toString());
    json.put("reason", letter.reason());
    json.put("error", letter.error());
    json.put("requestId", letter.requestId());
    json.put("topic", letter.topic());
    json.put("subtopic", letter.subtopic());
    json.put("origin", letter.origin());
    json.put("firstSeen", letter.firstSeen() == null ? null : letter.firstSeen().toString());
    json.put("attempt", letter.attempts());
    json.put("replays", letter.replays());
    json.put("key", letter.key());
    json.put("value", letter.value());
    json.put("valueBytes", letter.valueBytes());
    json.put("truncated", letter.truncated());
    return json;
  }

  static Map<String, @Nullable Object> of(RedriveRun run) {
    RedriveJob job = run.job();
    ErrorCode reason = job.reason();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", job.id());
    json.put("reason", reason == null ? null : reason.wireName());
    json.put("limit", job.limit() == RedriveJob.NO_LIMIT ? null : job.limit());
    json.put("dryRun", job.dryRun());
    switch (run.state()) {
      case RedriveRun.Running(long done, long total) -> {
        json.put("state", "running");
        json.put("progress", Map.of("done", done, "total", total));
      }
      case RedriveRun.Ended(RedriveReport report) -> {
        json.put("state", Json.wireName(report.end()));
        json.put("report", of(report));
      }
      case RedriveRun.Interrupted() -> json.put("state", "interrupted");
      case RedriveRun.Failed(_, String error) -> {
        json.put("state", "failed");
        json.put("error", error);
      }
    }
    return json;
  }

  private static Map<String, Object> of(RedriveReport report) {
    Map<String, Long> skipped = new TreeMap<>();
    report.skipped().forEach((cause, count) -> skipped.put(cause.wireName(), count));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("matched", report.matched());
    json.put("sent", report.sent());
    json.put("sentBefore", report.sentBefore());
    json.put("skipped", skipped);
    return json;
  }
}
