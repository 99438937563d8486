package dev.explanations.worker.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.explanations.worker.explanation.ErrorCode;
import java.time.Instant;

/**
 * The failures of an explanation so far, and its next attempt: one for all requests that wait for
 * it.
 *
 * @param due no call is made before this time
 * @param error what the last attempt failed with
 * @param failures in a row that count as attempts
 * @param unusable how many of them were answers that are no explanation
 */
public record Round(Instant due, ErrorCode error, int failures, int unusable) {

  /** Whether it is whole, and within what is computed with: an entry may hold anything. */
  @JsonIgnore
  boolean isSound() {
    return due != null && Times.areKept(due) && error != null && failures >= 0 && unusable >= 0;
  }
}
