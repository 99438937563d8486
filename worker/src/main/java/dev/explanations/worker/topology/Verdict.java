package dev.explanations.worker.topology;

import dev.explanations.worker.contract.Validity;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.store.PendingRequest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What becomes of the requests that wait for one explanation. */
sealed interface Verdict {

  /**
   * Their call, or a look-up in its place, has ended.
   *
   * @param validity of the explanation, if there is one
   * @param trace the call's traceparent, if it has one
   */
  record Ended(Outcome outcome, Validity validity, @Nullable String trace) implements Verdict {}

  /** No call can be made for them: every circuit breaker is open. */
  record HeldBack() implements Verdict {}

  /**
   * Whether it is this request's as well. An answer is for all that wait; one that a command has
   * made void since, for those that waited before the command, and only if it came from a call: to
   * them the call was promised. A failure is for those that were due when it came: the others wait
   * for their own time.
   */
  default boolean concerns(PendingRequest request, Instant since, LocalCache cache) {
    boolean due = !request.due().isAfter(since);
    return switch (this) {
      case Ended(Outcome.Explained _, Validity validity, _) ->
          request.required() == null
              || validity.generation().isAtLeast(request.required())
              || cache.admits(validity);
      case Ended(Outcome.Found _, Validity validity, _) -> cache.admits(validity);
      case Ended(Outcome.Failed _, _, _) -> due;
      case HeldBack() -> due;
    };
  }

  /**
   * Whether the request stays where it is, due as before: the gate lets it pass when what holds it
   * up is over. One that waits for a breaker has been round the retry topic already.
   */
  default boolean keeps(PendingRequest request) {
    return switch (this) {
      case HeldBack() -> request.isHeld();
      case Ended(Outcome outcome, _, _) -> outcome instanceof Outcome.HeldUp;
    };
  }
}
