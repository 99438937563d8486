package dev.explanations.worker.topology;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.store.PendingRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What follows when a call brought no explanation: another attempt through the retry topic, or the
 * end. Only failures that another attempt could repeat count as attempts; being held back by an
 * open circuit breaker ends with the deadline alone. Used by one stream thread.
 */
final class Failures {

  private final Settings.Requests settings;
  private final Answers answers;
  private final Backoff backoff;

  /** Keys on their way through the retry topic: a fresh request must not call at once for them. */
  private final Map<String, Instant> onTheWay = new HashMap<>();

  Failures(Settings.Requests settings, Answers answers) {
    this.settings = settings;
    this.answers = answers;
    this.backoff =
        new Backoff(settings.backoff(), settings.backoffMax(), RandomGenerator.getDefault());
  }

  /** The request has left the pending store. */
  void settle(PendingRequest request, Outcome.Failed failure, Instant now) {
    int attempts = request.attempts() + 1;
    switch (failure) {
      case Outcome.Rejected(ErrorCode code, String message, _) ->
          answers.givenUp(request, Status.REJECTED, code, message, attempts, now);
      case Outcome.Unavailable(ErrorCode code, String message, _) -> {
        if (attempts >= settings.maxAttempts()) {
          answers.givenUp(request, Status.UNAVAILABLE, code, message, attempts, now);
        } else {
          retry(request, attempts, backoff.afterFailure(attempts), code, now);
        }
      }
      case Outcome.ConnectionLost lost ->
          settle(request, new Outcome.Unavailable(lost.code(), lost.message()), now);
      case Outcome.HeldUp _ -> throw new IllegalStateException("BUG: it stays in the queue");
    }
  }

  /**
   * The request has met an open circuit breaker, and is not in the pending store.
   *
   * @param until when the breaker lets probes through, if nobody closes it before; {@link
   *     Instant#MAX} if nobody knows
   */
  void heldBack(PendingRequest request, Instant until, Instant now) {
    ErrorCode code = ErrorCode.CIRCUIT_BREAKER_OPEN;
    if (request.onUnavailable() == OnUnavailable.FAIL) {
      String detail = "no call is made while the circuit breaker is open";
      answers.givenUp(request, Status.UNAVAILABLE, code, detail, request.attempts(), now);
    } else {
      boolean known = until.isBefore(request.deadline());
      Instant bound = known ? backoff.after(until, now) : request.deadline();
      answers.retried(request.after(request.attempts(), bound, code), code);
    }
  }

  void expired(PendingRequest request, Instant now) {
    ErrorCode last = request.lastError();
    answers.givenUp(
        request,
        Status.UNAVAILABLE,
        last == null ? ErrorCode.DEADLINE_EXCEEDED : last,
        "the deadline passed",
        request.attempts(),
        now);
  }

  private void retry(
      PendingRequest request, int attempts, Duration delay, ErrorCode code, Instant now) {
    Instant due = now.plus(delay);
    onTheWay.put(answers.ownKey(request), due);
    answers.retried(request.after(attempts, due, code), code);
  }

  /** A request of this key is in the pending store again, and speaks for itself. */
  void cameBack(String cacheKey) {
    onTheWay.remove(cacheKey);
  }

  /** When the next attempt for a key is due that has not come back yet. */
  Optional<Instant> backingOffUntil(String cacheKey) {
    return Optional.ofNullable(onTheWay.get(cacheKey));
  }
}
