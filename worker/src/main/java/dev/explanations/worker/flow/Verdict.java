package dev.explanations.worker.flow;

import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.RetryState;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Result of a call or look-up for all requests that wait for one explanation. */
public sealed interface Verdict {

  /**
   * The call brought an explanation.
   *
   * @param trace the call's traceparent, if it has one
   */
  record Explained(
      Explanation explanation, Validity validity, @Nullable String trace, Charge charge)
      implements Verdict {}

  /** The explanation was found in a cache. */
  record Found(Explanation explanation, Validity validity) implements Verdict {}

  /**
   * The call brought no explanation.
   *
   * @param next the next attempt for all of them; {@code null}: the requests end, or with {@code
   *     HeldUp} keep waiting unchanged
   * @param trace the call's traceparent, if it has one
   */
  record Failed(
      Outcome.Failed failure, @Nullable RetryState next, @Nullable String trace, Charge charge)
      implements Verdict {}

  /**
   * No call can be made.
   *
   * @param reason every circuit breaker is open, or the budget is spent
   */
  record HeldBack(ErrorCode reason) implements Verdict {}

  /** Charge of the call that the verdict comes from; none without a call. */
  default Charge charge() {
    return Charge.NONE;
  }

  /**
   * Whether the verdict is for this request. An explanation is for all waiters. If a command has
   * made it void, it is only for those that were waiting for its call before the command; if it is
   * too old for a request, it is not for that one. A failure is for the requests that were due when
   * it was read; the others wait for their own due time.
   *
   * @param readAt when the outcome was read
   * @param admits whether no command has made an explanation void
   */
  default boolean concerns(PendingRequest request, Instant readAt, Predicate<Validity> admits) {
    boolean due = !request.due().isAfter(readAt);
    return switch (this) {
      case Explained(_, Validity validity, _, _) ->
          validity.isCalledSince(request.earliestCall())
              && (request.required() == null
                  || validity.generation().isAtLeast(request.required())
                  || admits.test(validity));
      case Found(_, Validity validity) ->
          validity.isCalledSince(request.earliestCall()) && admits.test(validity);
      case Failed _, HeldBack _ -> due;
    };
  }

  /** Whether the request stays pending with its due time and attempts. */
  default boolean leavesPending(PendingRequest request) {
    return switch (this) {
      case HeldBack(ErrorCode reason) -> request.isHeld() && request.lastError() == reason;
      case Failed(Outcome.Failed failure, _, _, _) -> failure instanceof Outcome.HeldUp;
      case Explained _, Found _ -> false;
    };
  }
}
