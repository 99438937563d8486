package dev.explanations.worker.flow;

import dev.explanations.worker.contract.Validity;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.Round;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What becomes of the requests that wait for one explanation. */
public sealed interface Verdict {

  /**
   * Their call has brought an explanation.
   *
   * @param trace the call's traceparent, if it has one
   */
  record Explained(Explanation explanation, Validity validity, @Nullable String trace)
      implements Verdict {}

  /** The explanation was there already. */
  record Found(Explanation explanation, Validity validity) implements Verdict {}

  /**
   * Their call has brought none.
   *
   * @param next when all of them are called for again; {@code null}: never
   * @param trace the call's traceparent, if it has one
   */
  record Failed(Outcome.Failed failure, @Nullable Round next, @Nullable String trace)
      implements Verdict {}

  /** No call can be made for them: every circuit breaker is open. */
  record HeldBack() implements Verdict {}

  /**
   * Whether it is this request's as well. An answer is for all that wait; one that a command has
   * made void since, for those that waited before the command, and only if it came from a call: to
   * them the call was promised. A failure is for those that were due when it came: the others wait
   * for their own time.
   *
   * @param admits whether no command has made an answer void
   */
  default boolean concerns(PendingRequest request, Instant since, Predicate<Validity> admits) {
    boolean due = !request.due().isAfter(since);
    return switch (this) {
      case Explained(_, Validity validity, _) ->
          request.required() == null
              || validity.generation().isAtLeast(request.required())
              || admits.test(validity);
      case Found(_, Validity validity) -> admits.test(validity);
      case Failed _, HeldBack _ -> due;
    };
  }

  /** Whether the request stays as it is: the gate lets it pass when what holds it up is over. */
  default boolean keeps(PendingRequest request) {
    return switch (this) {
      case HeldBack() -> request.isHeld();
      case Failed(Outcome.Failed failure, _, _) -> failure instanceof Outcome.HeldUp;
      case Explained _, Found _ -> false;
    };
  }
}
