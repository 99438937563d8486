package dev.explanations.worker.api;

import dev.explanations.worker.deadletters.DeadLetters;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.http.Problem;
import dev.explanations.worker.redrive.RedriveJobs;
import org.jspecify.annotations.Nullable;

/** Reads the dead letters of the application and sends them back. Thread-safe. */
public interface DeadLetterService {

  /**
   * The newest dead letters. Blocks for some seconds at most.
   *
   * @param limit from 1 to {@link dev.explanations.worker.deadletters.DeadLetterReader#MAX_LIMIT}
   * @param reason only dead letters of this reason; {@code null} for any
   * @throws Problem 503 if Kafka fails, or others are reading
   */
  DeadLetters newest(int limit, @Nullable ErrorCode reason) throws InterruptedException;

  /** Redrive jobs of this worker. */
  RedriveJobs jobs();
}
