package dev.explanations.worker.api;

import dev.explanations.worker.deadletters.DeadLetter;
import dev.explanations.worker.deadletters.DeadLetters;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.http.Problem;
import dev.explanations.worker.redrive.RedriveJobs;
import dev.explanations.worker.redrive.RedriveReport;
import dev.explanations.worker.redrive.RedriveReport.Cause;
import dev.explanations.worker.redrive.RedriveReport.End;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Two dead letters without a topic; a test decides what becomes of jobs. */
final class MemoryDeadLetters implements DeadLetterService {
  static final Instant SEEN = Instant.parse("2026-11-23T12:00:00Z");

  static final DeadLetter READABLE =
      new DeadLetter(
          1,
          7,
          SEEN.plusSeconds(1),
          "k",
          "r-1",
          "Photosynthesis",
          "Leaves",
          "model_unavailable",
          "503",
          "requests/0/5",
          SEEN,
          6,
          1,
          false,
          60,
          "{\"requestId\": \"r-1\"}");
  static final DeadLetter EMPTY =
      new DeadLetter(
          0, 3, SEEN, null, null, null, null, null, null, null, null, 0, 0, true, null, null);

  volatile RedriveJobs.Runner runner =
      (job, progress) ->
          new RedriveReport(
              job.id(), job.dryRun(), End.COMPLETE, 3, 2, 0, Map.of(Cause.TRUNCATED, 1L));
  volatile boolean available = true;

  /** What was asked for last, as {@code limit reason}. */
  volatile String asked = "";

  private final RedriveJobs jobs = new RedriveJobs((job, progress) -> runner.run(job, progress));

  @Override
  public DeadLetters newest(int limit, @Nullable ErrorCode reason) {
    requireKafka();
    asked = limit + " " + reason;
    return new DeadLetters(List.of(READABLE, EMPTY), Map.of(0, 1L, 1, 1L), true);
  }

  @Override
  public RedriveJobs jobs() {
    requireKafka();
    return jobs;
  }

  private void requireKafka() {
    if (!available) {
      throw new Problem(503, "Kafka failed: TimeoutException.");
    }
  }
}
