package dev.explanations.worker.api;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.redrive.DeadLetters;
import dev.explanations.worker.redrive.RedriveJobs;
import org.jspecify.annotations.Nullable;

/** The dead letters of the application, to look at and to send back. Safe for many threads. */
public interface DeadLetterService {

  /**
   * Kafka cannot be asked now, which any method may throw; the message is one line for anyone to
   * read.
   */
  final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(String message) {
      super(message);
    }
  }

  /**
   * The newest. Blocks, for some seconds at most.
   *
   * @param limit from 1 to {@link dev.explanations.worker.redrive.DeadLetterReader#MAX_LIMIT}
   * @param reason only dead letters of this reason; {@code null}: of any
   */
  DeadLetters newest(int limit, @Nullable ErrorCode reason) throws InterruptedException;

  /** The jobs of this worker. */
  RedriveJobs jobs();
}
