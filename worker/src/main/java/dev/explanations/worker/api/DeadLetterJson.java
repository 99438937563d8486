package dev.explanations.worker.api;

import dev.explanations.worker.deadletters.DeadLetter;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.redrive.RedriveJob;
import dev.explanations.worker.redrive.RedriveReport;
import dev.explanations.worker.redrive.RedriveRun;
import java.util.Map;
import java.util.TreeMap;

/** JSON of dead letters and redrives, as in {@code openapi.yaml}. */
final class DeadLetterJson {
  private DeadLetterJson() {}

  static Fields of(DeadLetter letter) {
    return Fields.of(
        "partition", letter.partition(),
        "offset", letter.offset(),
        "timestamp", letter.timestamp(),
        "reason", letter.reason(),
        "error", letter.error(),
        "requestId", letter.requestId(),
        "topic", letter.topic(),
        "subtopic", letter.subtopic(),
        "origin", letter.origin(),
        "firstSeen", letter.firstSeen(),
        "attempt", letter.attempts(),
        "replays", letter.replays(),
        "key", letter.key(),
        "value", letter.value(),
        "valueBytes", letter.valueBytes(),
        "truncated", letter.truncated());
  }

  static Fields of(RedriveRun run) {
    RedriveJob job = run.job();
    Fields json =
        Fields.of(
            "id", job.id(),
            "reason", job.reason(),
            "limit", job.limit() == RedriveJob.NO_LIMIT ? null : job.limit(),
            "dryRun", job.dryRun());
    switch (run.state()) {
      case RedriveRun.Running(long done, long total) -> {
        json.put("state", "running");
        json.put("progress", Fields.of("done", done, "total", total));
      }
      case RedriveRun.Ended(RedriveReport report) -> {
        json.put("state", report.end());
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

  private static Fields of(RedriveReport report) {
    Map<String, Long> skipped = new TreeMap<>();
    report.skipped().forEach((cause, count) -> skipped.put(cause.wireName(), count));
    return Fields.of(
        "matched", report.matched(),
        "sent", report.sent(),
        "sentBefore", report.sentBefore(),
        "skipped", skipped);
  }
}
