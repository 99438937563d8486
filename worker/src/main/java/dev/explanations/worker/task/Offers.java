package dev.explanations.worker.task;

import dev.explanations.worker.dispatch.Admission;
import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.dispatch.Question;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.flow.Verdict;
import dev.explanations.worker.store.CachedExplanation;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.PendingStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is due in the pending store's order to the dispatcher, as long as that takes more;
 * what an open circuit breaker keeps from it waits on for that. Used by one stream thread.
 */
final class Offers {

  /** How soon to ask again for room that other tasks hold. */
  private static final Duration POLL_FIRST_CALL = Duration.ofMillis(25);

  private static final Duration POLL_MORE_CALLS = Duration.ofMillis(250);

  /** Credits a call that was made before to none of those who still wait for its answer. */
  private static final Origin NOBODY = new Origin("", -1, -1);

  private final TaskParts parts;
  private final PendingStore pending;
  private final CallsUnderWay calls;
  private final Lane lane;
  private final GateView gate;
  private final Failures failures;
  private final Settlements settlements;

  /** All that waited at the start has been looked at. */
  private boolean lookedThrough;

  /** When the first request was due that the gate has passed over; {@code null} if none was. */
  private @Nullable Instant passedOver;

  /** What to do after one look at what is due. */
  private enum Next {
    LOOK_ON,
    STOP,
    /** There is more, and room for it comes without anybody telling. */
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
   * Whether a request that has just arrived can go straight to where an open breaker sends it,
   * rather than through the pending store first.
   */
  boolean isTurnedAway(PendingRequest request) {
    boolean joins =
        request.onUnavailable() == OnUnavailable.RETRY && calls.isUnderWay(request.cacheKey());
    return !joins && parts.barrier().passed() && gate.isShut() && !lane.looksUp();
  }

  /** What the shared cache has need not wait for a slot. */
  void lookAhead(String cacheKey) {
    if (lane.looksUp() && !calls.isUnderWay(cacheKey) && parts.barrier().passed()) {
      switch (gate.room()) {
        case FULL, PAUSED -> lane.lookAhead(cacheKey);
        case FREE, SHUT -> {} // offered at once, which looks first
      }
    }
  }

  /** Questions that were passed over may be wanted now. */
  void gateHasChanged() {
    if (passedOver != null) {
      pending.rewindDueTo(passedOver);
      passedOver = null;
    }
  }

  /**
   * After anything that may have changed what is due, or what may be called.
   *
   * @return when to go on; {@link Instant#MAX} if somebody will tell
   */
  Instant pump(Instant now) {
    if (!lookedThrough) {
      Instant latest = now.plus(parts.shared().settings().requests().backoffMax());
      lookedThrough = !pending.lookThrough(latest, now, ExplainTask.STEP);
    }
    Next next = parts.barrier().passed() ? Next.LOOK_ON : Next.STOP;
    for (int i = 0; i < ExplainTask.STEP && next == Next.LOOK_ON; i++) {
      next = step(now);
    }
    if (next == Next.LOOK_ON || !settlements.isEmpty() || !lookedThrough) {
      return now;
    }
    return next == Next.ASK_AGAIN
        ? now.plus(calls.isEmpty() ? POLL_FIRST_CALL : POLL_MORE_CALLS)
        : Instant.MAX;
  }

  private Next step(Instant now) {
    return switch (gate.room()) {
      case FREE ->
          pending
              .nextDue()
              .filter(r -> isDue(r, now))
              .map(r -> offer(r, now))
              .orElseGet(this::satisfied);
      case SHUT ->
          pending
              .nextDueUnheld()
              .filter(r -> isDue(r, now))
              .map(r -> lane.looksUp() ? offer(r, now) : holdBack(r, now))
              .orElseGet(this::satisfied);
      case PAUSED -> pending.isDue(now) ? Next.STOP : satisfied();
      case FULL -> pending.isDue(now) ? Next.ASK_AGAIN : satisfied();
    };
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

  /** A request over which something fails is taken out, and those behind it have their turn. */
  private Next offer(PendingRequest request, Instant now) {
    if (needsNoCall(request, now)) {
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
        calls.joined(request, callId, now);
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
        Prompt.of(results.read(request)),
        results.hashes(request),
        parts.shared().traces().context(request));
  }

  private Next holdBack(PendingRequest request, Instant now) {
    if (!needsNoCall(request, now)) {
      parts.guarded(
          request,
          () -> {
            parts.shared().traces().waited(request, new Verdict.HeldBack(), now);
            failures.heldBack(request, now);
          });
    }
    return Next.LOOK_ON;
  }

  /** Served by a call under way or to come, or by an explanation that is there, or filed anew. */
  private boolean needsNoCall(PendingRequest request, Instant now) {
    String key = request.cacheKey();
    if (calls.isUnderWay(key) || settlements.isOpen(key)) {
      pending.passDue(request);
      return true;
    }
    Optional<CachedExplanation> hit = parts.cache().fresh(key, now);
    hit.ifPresent(entry -> served(request, entry, now));
    return hit.isPresent() || takenOver(request) || joins(request, now);
  }

  private void served(PendingRequest request, CachedExplanation entry, Instant now) {
    Explanation explanation = entry.explanation();
    if (explanation == null) {
      pending.remove(request);
      parts.shared().traces().waited(request, null, ErrorCode.CONTENT_BLOCKED, now);
      failures.refusedBefore(request, now);
    } else {
      Verdict found = new Verdict.Found(explanation, entry.validity());
      settlements.begin(request.cacheKey(), found, now, NOBODY);
    }
  }

  /**
   * Files a request under this worker's own key when an owner with another model or prompt had
   * filed it under that one's: a call for it would bring the text of another key.
   */
  private boolean takenOver(PendingRequest request) {
    String own = parts.results().ownKey(request);
    if (own.equals(request.cacheKey())) {
      return false;
    }
    pending.remove(request);
    pending.add(request.under(own));
    return true;
  }

  /** Waits for the next attempt of its explanation, which has failed before. */
  private boolean joins(PendingRequest request, Instant now) {
    Optional<PendingRequest> joining = failures.joining(request, now);
    joining.ifPresent(later -> pending.reschedule(request, later));
    return joining.isPresent();
  }
}
