package dev.explanations.worker.topology;

import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.store.PendingRequest;
import java.time.Instant;

/** What becomes of the requests that wait for one explanation. */
sealed interface Verdict {

  /** Their call, or a look-up in its place, has ended. */
  record Ended(Outcome outcome) implements Verdict {}

  /** No call can be made for them: every circuit breaker is open. */
  record HeldBack() implements Verdict {}

  /**
   * Whether it is this request's as well. An answer is for all that wait. A failure is for those
   * that were due when it came: the others wait for their own time.
   */
  default boolean concerns(PendingRequest request, Instant since) {
    boolean due = !request.due().isAfter(since);
    return switch (this) {
      case Ended(Outcome.Explained _) -> true;
      case Ended(Outcome.Found _) -> true;
      case Ended(Outcome.Failed _) -> due;
      case HeldBack() -> due;
    };
  }
}
