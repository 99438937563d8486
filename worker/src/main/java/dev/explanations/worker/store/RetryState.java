package dev.explanations.worker.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.explanations.worker.explanation.ErrorCode;
import java.time.Instant;

/**
 * State of an explanation's retries, shared by all requests that wait for it.
 *
 * @param due earliest time of the next call
 * @param error error of the last attempt
 * @param failures consecutive failures that count as attempts
 * @param unusable how many of the failures were unusable answers
 */
public record RetryState(Instant due, ErrorCode error, int failures, int unusable) {

  /** Whether all required fields are there and within bounds: a damaged store may hold anything. */
  @JsonIgnore
  boolean isSound() {
    return due != null && Times.areKept(due) && error != null && failures >= 0 && unusable >= 0;
  }
}
