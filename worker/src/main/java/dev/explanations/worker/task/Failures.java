package dev.explanations.worker.task;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.flow.FlowListener;
import dev.explanations.worker.flow.Verdict;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.PendingStore;
import dev.explanations.worker.store.RetryState;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides what follows a call without an explanation: another attempt, shared by all waiters, or
 * the end of the request. Only failures that could happen again count as attempts; a request held
 * back by an open circuit breaker or a spent budget waits until its deadline. Throttled and
 * misconfigured calls ({@code HeldUp}) are kept by {@link Verdict#leavesPending} and never settled
 * here. Used by the stream thread only.
 */
final class Failures {

  /** Unusable answers of the model after which a question is given up: each is paid for. */
  private static final int MAX_UNUSABLE = 2;

  private static final ErrorCode OPEN = ErrorCode.CIRCUIT_BREAKER_OPEN;

  private final Settings.Requests settings;
  private final PendingStore pending;
  private final ResultWriter results;
  private final FlowListener listener;
  private final GateView gate;
  private final Backoff backoff;

  Failures(TaskParts parts, GateView gate) {
    this.settings = parts.shared().settings().requests();
    this.pending = parts.pending();
    this.results = parts.results();
    this.listener = parts.shared().listener();
    this.gate = gate;
    this.backoff =
        new Backoff(settings.backoff(), settings.backoffMax(), RandomGenerator.getDefault());
  }

  /**
   * Draws the due time of the next attempt, once for all waiters. It is stored with the first
   * waiter, so that a new owner of the partition keeps to it.
   */
  Verdict.Failed drawNextAttempt(
      String cacheKey, Outcome.Failed failure, @Nullable String trace, Charge charge, Instant now) {
    RetryState next = next(cacheKey, failure, now);
    if (next != null) {
      pending.failed(cacheKey, next);
    }
    return new Verdict.Failed(failure, next, trace, charge);
  }

  private @Nullable RetryState next(String cacheKey, Outcome.Failed failure, Instant now) {
    RetryState last =
        pending.retryState(cacheKey).orElse(new RetryState(now, failure.code(), 0, 0));
    // the retry topic loses the RetryState; a request's attempts travel in a header
    int attempts = pending.head(cacheKey).map(PendingRequest::attempts).orElse(0);
    int failures = Math.max(last.failures(), attempts) + 1;
    int unusable = last.unusable() + (failure instanceof Outcome.Unusable ? 1 : 0);
    boolean again =
        switch (failure) {
          // Rejected: given up. HeldUp: keeps its due time, see Verdict; never settled here
          case Outcome.Rejected _, Outcome.HeldUp _ -> false;
          case Outcome.Unavailable _, Outcome.ConnectionLost _ -> true;
          case Outcome.Unusable _ -> unusable < MAX_UNUSABLE;
        };
    if (!again) {
      return null;
    }
    // All waiters share one attempt: a later due time that some have already is kept. It is after
    // now, since this failure concerns all requests that are due now.
    Instant drawn = now.plus(backoff.afterFailure(failures));
    Instant due = agreed(last, now).filter(drawn::isBefore).orElse(drawn);
    return new RetryState(due, failure.code(), failures, unusable);
  }

  /** Ends a pending request, or lets it wait for the next attempt. */
  void settle(PendingRequest request, Verdict.Failed verdict, Instant now) {
    Outcome.Failed failure = verdict.failure();
    RetryState next = verdict.next();
    int attempts = request.attempts() + 1;
    if (next == null || attempts >= settings.maxAttempts()) {
      pending.remove(request);
      results.givenUp(request, status(failure), failure.code(), failure.message(), attempts, now);
    } else {
      pending.reschedule(request, request.after(attempts, next.due(), failure.code()));
      listener.retried(failure.code());
    }
  }

  private static Status status(Outcome.Failed failure) {
    boolean blocked = failure.code() == ErrorCode.CONTENT_BLOCKED;
    return blocked || failure instanceof Outcome.Rejected ? Status.REJECTED : Status.UNAVAILABLE;
  }

  /**
   * The request with the due time of its explanation's next attempt.
   *
   * @return empty if no attempt is due later than the request
   */
  Optional<PendingRequest> joining(PendingRequest request, Instant now) {
    return pending
        .retryState(request.cacheKey())
        .filter(next -> agreed(next, now).filter(request.due()::isBefore).isPresent())
        .map(next -> request.after(request.attempts(), next.due(), next.error()));
  }

  /**
   * Due time of the next attempt, unless it is over. A time further ahead than the longest backoff
   * was written before the clock was set back, and is ignored.
   */
  private Optional<Instant> agreed(RetryState next, Instant now) {
    Instant latest = now.plus(settings.backoffMax()).plus(settings.backoff());
    return Optional.of(next.due()).filter(due -> due.isAfter(now) && !due.isAfter(latest));
  }

  /** A request outside the pending store has met a gate that lets no call begin. */
  void turnedAway(PendingRequest request, ErrorCode reason, Instant now) {
    if (request.onUnavailable() == OnUnavailable.FAIL) {
      fallBack(request, reason, now);
    } else {
      Instant until = gate.shutUntil();
      Instant due = until.isBefore(request.deadline()) ? until : request.deadline();
      results.retried(request.after(request.attempts(), due, OPEN), OPEN);
    }
  }

  /**
   * A pending request has met a gate that lets no call begin. If it came after the circuit breakers
   * opened, it goes through the retry topic, once; otherwise it stays.
   */
  void heldBack(PendingRequest request, ErrorCode reason, Instant now) {
    if (reason == OPEN && gate.arrivedAfterShut(request)) {
      pending.remove(request);
      turnedAway(request, reason, now);
    } else if (request.onUnavailable() == OnUnavailable.FAIL) {
      pending.remove(request);
      fallBack(request, reason, now);
    } else {
      pending.reschedule(request, request.after(request.attempts(), request.due(), reason));
      listener.retried(reason);
    }
  }

  private void fallBack(PendingRequest request, ErrorCode reason, Instant now) {
    String detail =
        reason == ErrorCode.BUDGET_EXHAUSTED
            ? "no call is made while the budget is spent"
            : "no call is made while the circuit breaker is open";
    results.givenUp(request, Status.UNAVAILABLE, reason, detail, request.attempts(), now);
  }

  /** Rejects a request outside the pending store: the model has refused its question before. */
  void blockedBefore(PendingRequest request, Instant now) {
    results.givenUp(
        request,
        Status.REJECTED,
        ErrorCode.CONTENT_BLOCKED,
        "refused when it was asked before",
        request.attempts(),
        now);
  }

  void expired(PendingRequest request, Instant now) {
    ErrorCode last = request.lastError();
    results.givenUp(
        request,
        Status.UNAVAILABLE,
        last == null ? ErrorCode.DEADLINE_EXCEEDED : last,
        "the deadline passed",
        request.attempts(),
        now);
  }
}
