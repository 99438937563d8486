package dev.explanations.worker.task;

import dev.explanations.worker.dispatch.Admission;
import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.dispatch.Question;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.flow.Verdict;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.PendingStore;
import dev.explanations.worker.store.StoredExplanation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Offers due requests to the dispatcher, in the order of the pending store, as long as it accepts
 * them. While every circuit breaker is open or the budget is spent, they are held back. Used by the
 * stream thread only.
 */
final class Offers {

  /** Poll interval for room that other tasks hold, while this task has no call. */
  private static final Duration POLL_FIRST_CALL = Duration.ofMillis(25);

  private static final Duration POLL_MORE_CALLS = Duration.ofMillis(250);

  /** Origin that matches no request, so all waiters count as coalesced. */
  private static final Origin NOBODY = new Origin("", -1, -1);

  private final TaskParts parts;
  private final PendingStore pending;
  private final CallsUnderWay calls;
  private final Lane lane;
  private final GateView gate;
  private final Failures failures;
  private final Settlements settlements;

  /** Whether all entries that an earlier owner left in the pending store have been looked at. */
  private boolean lookedThrough;

  /** Earliest due time of requests that the gate has passed over; {@code null} if none. */
  private @Nullable Instant passedOver;

  /** Next step after one due request. */
  private enum Next {
    LOOK_ON,
    STOP,
    /** More is due, and no record will tell when there is room for it. */
    ASK_AGAIN
  }

  Offers(TaskParts parts, GateView gate, Failures failures, Settlements settlements) {
    this.parts = parts;
    this.pending = parts.pending();
    this.calls = parts.calls();
    this.lane = parts.lane();
    this.gate = gate;
    this.failures = failures;
    this.settlements = settlements;
  }

  /**
   * Why a new request is turned away before it enters the pending store; {@code null} if it is not.
   * A spent budget turns away only requests that may fail: the others wait, for a day or longer.
   */
  @Nullable ErrorCode turnAwayReason(PendingRequest request) {
    if (!parts.barrier().passed() || lane.looksUp()) {
      return null;
    }
    boolean waits = request.onUnavailable() == OnUnavailable.RETRY;
    boolean underWay = calls.isUnderWay(request.cacheKey());
    ErrorCode reason = gate.holdBackReason();
    boolean admitted = reason == ErrorCode.BUDGET_EXHAUSTED ? waits || underWay : waits && underWay;
    return admitted ? null : reason;
  }

  /** Looks a request up in the shared cache while it has to wait for a slot. */
  void lookAhead(PendingRequest request) {
    if (lane.looksUp()
        && !request.wantsNewCall()
        && !calls.isUnderWay(request.cacheKey())
        && parts.barrier().passed()) {
      switch (gate.room()) {
        case FULL, PAUSED -> lane.lookAhead(request.cacheKey());
        case FREE, SHUT, EXHAUSTED -> {} // offered at once, which looks first
      }
    }
  }

  /** Offers again the questions that were passed over. */
  void gateHasChanged() {
    if (passedOver != null) {
      pending.rewindDueTo(passedOver);
      passedOver = null;
    }
  }

  /**
   * Offers what is due. Called after anything that may have changed what is due or what the gate
   * permits.
   *
   * @return when to call it again; {@link Instant#MAX} if a record will tell
   */
  Instant pump(Instant now) {
    if (!lookedThrough) {
      Instant latest = now.plus(parts.shared().settings().requests().backoffMax());
      lookedThrough = !pending.lookThrough(latest, now, ExplainTask.STEP);
    }
    Next next = parts.barrier().passed() ? Next.LOOK_ON : Next.STOP;
    for (int i = 0; i < ExplainTask.STEP && next == Next.LOOK_ON; i++) {
      next = offerNext(now);
    }
    if (next == Next.LOOK_ON || !settlements.isEmpty() || !lookedThrough) {
      return now;
    }
    return next == Next.ASK_AGAIN
        ? now.plus(calls.isEmpty() ? POLL_FIRST_CALL : POLL_MORE_CALLS)
        : Instant.MAX;
  }

  private Next offerNext(Instant now) {
    return switch (gate.room()) {
      case FREE ->
          pending
              .nextDue()
              .filter(r -> isDue(r, now))
              .map(r -> offer(r, now))
              .orElseGet(this::satisfied);
      case SHUT -> holdBackNext(ErrorCode.CIRCUIT_BREAKER_OPEN, now);
      case EXHAUSTED -> holdBackNext(ErrorCode.BUDGET_EXHAUSTED, now);
      case PAUSED -> pending.isDue(now) ? Next.STOP : satisfied();
      case FULL -> pending.isDue(now) ? Next.ASK_AGAIN : satisfied();
    };
  }

  private Next holdBackNext(ErrorCode reason, Instant now) {
    return pending
        .nextDueUnheld()
        .filter(r -> isDue(r, now))
        .map(r -> lane.looksUp() ? offer(r, now) : holdBack(r, reason, now))
        .orElseGet(this::satisfied);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static boolean isDue(PendingRequest request, Instant now) {
    return !request.due().isAfter(now);
  }

  private Next satisfied() {
    lane.satisfied();
    return Next.STOP;
  }

  /** Offers a request; if that throws, the request is taken out and the next one has its turn. */
  private Next offer(PendingRequest request, Instant now) {
    if (serveWithoutCall(request, now)) {
      return Next.LOOK_ON;
    }
    Next[] next = {Next.LOOK_ON};
    parts.guarded(request, () -> next[0] = offered(request, now));
    return next[0];
  }

  private Next offered(PendingRequest request, Instant now) {
    String key = request.cacheKey();
    return switch (lane.offer(key, () -> question(request))) {
      case Admission.Accepted(String callId) -> {
        calls.began(request, callId, now);
        pending.passDue(request);
        yield Next.LOOK_ON;
      }
      case Admission.UnderWay(String callId) -> {
        calls.adopted(request, callId, now);
        pending.passDue(request);
        yield Next.LOOK_ON;
      }
      case Admission.PassedOver() -> {
        pending.passDue(request);
        passedOver = passedOver == null ? request.due() : earlier(passedOver, request.due());
        yield Next.LOOK_ON;
      }
      case Admission.NoRoom() -> Next.ASK_AGAIN;
    };
  }

  private Question question(PendingRequest request) {
    ResultWriter results = parts.results();
    return new Question(
        results.prompt(request),
        results.hashes(request),
        request.earliestCall(),
        !request.wantsNewCall(),
        parts.shared().traces().context(request));
  }

  private Next holdBack(PendingRequest request, ErrorCode reason, Instant now) {
    if (!serveWithoutCall(request, now)) {
      parts.guarded(
          request,
          () -> {
            parts.shared().traces().waited(request, new Verdict.HeldBack(reason), now);
            failures.heldBack(request, reason, now);
          });
    }
    return Next.LOOK_ON;
  }

  /**
   * Serves the request without a new call, if it can be: by a call under way, a verdict being
   * handed out, a stored explanation, a later attempt, or as another key's request.
   *
   * @return whether it is served
   */
  private boolean serveWithoutCall(PendingRequest request, Instant now) {
    if (calls.awaits(request) || settlements.awaits(request)) {
      pending.passDue(request);
      return true;
    }
    Optional<StoredExplanation> hit = parts.cache().fresh(request, now);
    hit.ifPresent(entry -> served(request, entry, now));
    return hit.isPresent() || moveToOwnKey(request) || joins(request, now);
  }

  private void served(PendingRequest request, StoredExplanation entry, Instant now) {
    Explanation explanation = entry.explanation();
    if (explanation == null) {
      parts.guarded(
          request,
          () -> {
            pending.remove(request);
            parts.shared().traces().waited(request, null, ErrorCode.CONTENT_BLOCKED, now);
            failures.blockedBefore(request, now);
          });
    } else {
      Verdict found = new Verdict.Found(explanation, entry.validity());
      settlements.begin(request.cacheKey(), found, now, NOBODY);
    }
  }

  /**
   * Moves a request to this worker's own cache key if an earlier owner had another model or prompt:
   * its call would fill the earlier key with this model's text.
   *
   * @return whether it was moved, or taken out: another version may have stored a value that this
   *     one cannot read
   */
  private boolean moveToOwnKey(PendingRequest request) {
    @Nullable String[] own = {null};
    parts.guarded(request, () -> own[0] = parts.results().ownKey(request));
    if (request.cacheKey().equals(own[0])) {
      return false;
    }
    if (own[0] != null) {
      pending.remove(request);
      pending.add(request.under(own[0]));
    }
    return true;
  }

  /** Lets a request wait for the next attempt of its explanation, which has failed before. */
  private boolean joins(PendingRequest request, Instant now) {
    Optional<PendingRequest> joining = failures.joining(request, now);
    joining.ifPresent(later -> pending.reschedule(request, later));
    return joining.isPresent();
  }
}
