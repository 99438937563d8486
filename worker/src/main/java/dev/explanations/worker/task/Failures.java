package dev.explanations.worker.task;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.flow.FlowListener;
import dev.explanations.worker.flow.Verdict;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.PendingStore;
import dev.explanations.worker.store.Round;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Decides after a call that brought no explanation: another attempt, one for all that wait for it,
 * or the end. Only failures that another attempt could repeat count as attempts; being held back by
 * an open circuit breaker, ends with the deadline alone. Used by one stream thread.
 */
final class Failures {

  /** Answers that are no explanation, and were paid for, before the question is given up. */
  private static final int MAX_UNUSABLE = 2;

  private static final ErrorCode OPEN = ErrorCode.CIRCUIT_BREAKER_OPEN;

  /** A due time has milliseconds. */
  private static final Duration LEAST = Duration.ofMillis(1);

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
   * Draws the time of the next attempt, once for all that the verdict will be handed to. It is
   * stored with the first of them, so that a new owner goes on with it.
   */
  Verdict.Failed begin(
      String cacheKey, Outcome.Failed failure, @Nullable String trace, Instant now) {
    Round next = next(cacheKey, failure, now);
    if (next != null) {
      pending.failed(cacheKey, next);
    }
    return new Verdict.Failed(failure, next, trace);
  }

  private @Nullable Round next(String cacheKey, Outcome.Failed failure, Instant now) {
    Round last = pending.round(cacheKey).orElse(new Round(now, failure.code(), 0, 0));
    // a round through the retry topic forgets the explanation's failures, not the request's
    int attempts = pending.head(cacheKey).map(PendingRequest::attempts).orElse(0);
    int failures = Math.max(last.failures(), attempts);
    Duration delay =
        switch (failure) {
          case Outcome.Rejected _, Outcome.HeldUp _ -> null;
          case Outcome.Unavailable _, Outcome.ConnectionLost _ ->
              backoff.afterFailure(failures + 1);
          case Outcome.Unusable _ ->
              last.unusable() + 1 >= MAX_UNUSABLE ? null : backoff.afterFailure(failures + 1);
        };
    if (delay == null) {
      return null;
    }
    // later than this failure, which concerns all that were due; never before a time that some wait
    // for already: they are one round
    Instant drawn = now.plus(delay.isPositive() ? delay : LEAST);
    Instant due = agreed(last, now).filter(drawn::isBefore).orElse(drawn);
    return new Round(
        due,
        failure.code(),
        isAttempt(failure) ? failures + 1 : failures,
        failure instanceof Outcome.Unusable ? last.unusable() + 1 : last.unusable());
  }

  /** Ends a request that waits in the pending store, or lets it wait there for the next attempt. */
  void settle(PendingRequest request, Verdict.Failed verdict, Instant now) {
    Outcome.Failed failure = verdict.failure();
    Round next = verdict.next();
    int attempts = request.attempts() + 1;
    if (next == null || (isAttempt(failure) && attempts >= settings.maxAttempts())) {
      pending.remove(request);
      results.givenUp(request, status(failure), failure.code(), failure.message(), attempts, now);
    } else {
      int counted = isAttempt(failure) ? attempts : request.attempts();
      pending.reschedule(request, request.after(counted, next.due(), failure.code()));
      listener.retried(failure.code());
    }
  }

  private static boolean isAttempt(Outcome.Failed failure) {
    return failure instanceof Outcome.Unavailable
        || failure instanceof Outcome.ConnectionLost
        || failure instanceof Outcome.Unusable;
  }

  private static Status status(Outcome.Failed failure) {
    boolean blocked = failure.code() == ErrorCode.CONTENT_BLOCKED;
    return blocked || failure instanceof Outcome.Rejected ? Status.REJECTED : Status.UNAVAILABLE;
  }

  /**
   * As it waits from now on: with those of its explanation that back off, whose next attempt serves
   * them all.
   *
   * @return empty if there is nobody to join
   */
  Optional<PendingRequest> joining(PendingRequest request, Instant now) {
    return pending
        .round(request.cacheKey())
        .filter(round -> agreed(round, now).filter(request.due()::isBefore).isPresent())
        .map(round -> request.after(request.attempts(), round.due(), round.error()));
  }

  /**
   * The time that those of an explanation wait for. One that is later than a backoff lasts is of a
   * clock that has been set back since.
   */
  private Optional<Instant> agreed(Round round, Instant now) {
    Instant latest = now.plus(settings.backoffMax()).plus(settings.backoff());
    return Optional.of(round.due()).filter(due -> due.isAfter(now) && !due.isAfter(latest));
  }

  /** The request has met a shut gate as it arrived, and is not in the pending store. */
  void turnedAway(PendingRequest request, Instant now) {
    if (request.onUnavailable() == OnUnavailable.FAIL) {
      fallBack(request, now);
    } else {
      Instant until = gate.shutUntil();
      boolean known = until.isBefore(request.deadline());
      Instant bound = known ? backoff.after(until, now) : request.deadline();
      results.retried(request.after(request.attempts(), bound, OPEN), OPEN);
    }
  }

  /**
   * The request, which waits, has met a shut gate. One that has come since it shut goes round the
   * retry topic, once; what waited before stays where it is.
   */
  void heldBack(PendingRequest request, Instant now) {
    if (gate.hasTurnedAway(request)) {
      pending.remove(request);
      turnedAway(request, now);
    } else if (request.onUnavailable() == OnUnavailable.FAIL) {
      pending.remove(request);
      fallBack(request, now);
    } else {
      pending.reschedule(request, request.after(request.attempts(), request.due(), OPEN));
      listener.retried(OPEN);
    }
  }

  private void fallBack(PendingRequest request, Instant now) {
    String detail = "no call is made while the circuit breaker is open";
    results.givenUp(request, Status.UNAVAILABLE, OPEN, detail, request.attempts(), now);
  }

  /** The model has refused the question a while ago; the request is not in the pending store. */
  void refusedBefore(PendingRequest request, Instant now) {
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
