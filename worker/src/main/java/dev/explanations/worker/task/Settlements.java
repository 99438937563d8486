package dev.explanations.worker.task;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.flow.Verdict;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.Page;
import dev.explanations.worker.store.PendingRequest;
import dev.explanations.worker.store.PendingStore;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hands each verdict to all its waiters, in steps: there may be 100,000 waiters, and a transaction
 * times out after 20 seconds. Used by the stream thread only.
 */
final class Settlements {

  private final TaskParts parts;
  private final PendingStore pending;
  private final Failures failures;
  private final Map<String, Progress> open = new LinkedHashMap<>();

  private static final class Progress {
    final Verdict verdict;
    final Instant readAt;
    @Nullable Origin starter;

    /** Key at which the next page of followers begins. */
    @Nullable String from;

    /** Earliest due time of requests that this verdict did not settle. */
    Instant rewindTo;

    boolean ended;

    Progress(Verdict verdict, Instant readAt, @Nullable Origin starter) {
      this.verdict = verdict;
      this.readAt = readAt;
      this.rewindTo = readAt;
      this.starter = starter;
    }

    void isLeft(PendingRequest request) {
      if (request.due().isBefore(rewindTo)) {
        rewindTo = request.due();
      }
    }
  }

  Settlements(TaskParts parts, Failures failures) {
    this.parts = parts;
    this.pending = parts.pending();
    this.failures = failures;
  }

  /**
   * Whether a verdict on the request's key is being handed out. The verdict may have passed the
   * request's place already: a request moved from another key has an old due time. So the request
   * is due again when the verdict has ended.
   */
  boolean awaits(PendingRequest request) {
    Progress progress = open.get(request.cacheKey());
    if (progress == null) {
      return false;
    }
    progress.isLeft(request);
    return true;
  }

  boolean isEmpty() {
    return open.isEmpty();
  }

  /**
   * Settles the first page at once, so that few waiters do not wait behind many of another key. A
   * later verdict on the same key replaces an earlier one for waiters not yet settled.
   */
  void begin(String cacheKey, Verdict verdict, Instant now, @Nullable Origin starter) {
    Progress progress = new Progress(verdict, now, starter);
    open.put(cacheKey, progress);
    settlePage(cacheKey, progress, ExplainTask.STEP);
    if (progress.ended) {
      open.remove(cacheKey);
    }
  }

  /** Settles up to {@link ExplainTask#STEP} more waiters; the head of a key may come on top. */
  void settlePage() {
    int left = ExplainTask.STEP;
    for (Iterator<Map.Entry<String, Progress>> i = open.entrySet().iterator();
        left > 0 && i.hasNext(); ) {
      Map.Entry<String, Progress> entry = i.next();
      left -= settlePage(entry.getKey(), entry.getValue(), left);
      if (entry.getValue().ended) {
        i.remove();
      }
    }
  }

  /**
   * Settles a page of a key's waiters.
   *
   * @return how many count for the limit, 1 at least
   */
  private int settlePage(String cacheKey, Progress progress, int limit) {
    // followers first: removing the head promotes the next follower, once per request
    Page<PendingRequest> page = pending.followers(cacheKey, progress.from, limit);
    page.entries().forEach(request -> settle(request, progress));
    progress.from = page.next();
    int settled = Math.max(1, page.entries().size());
    if (page.next() != null) {
      return settled;
    }
    pending.head(cacheKey).ifPresent(head -> settle(head, progress));
    // waiters that are left became due after the failure, or a command has made their answer void;
    // Offers may have passed them meanwhile
    pending.rewindDueTo(progress.rewindTo);
    progress.ended = true;
    return settled;
  }

  private void settle(PendingRequest request, Progress progress) {
    Verdict verdict = progress.verdict;
    if (verdict.concerns(request, progress.readAt, parts.cache()::admits)) {
      boolean starter = progress.starter == null || progress.starter.equals(request.origin());
      if (starter) {
        // one call is credited, and charged, to one request; without a known starter, to the first
        progress.starter = request.origin();
      }
      PendingRequest charged = starter ? request.charged(verdict.charge()) : request;
      parts.guarded(request, () -> settle(request, charged, verdict, starter, parts.now()));
      if (!verdict.leavesPending(request)) {
        return;
      }
    }
    progress.isLeft(request);
  }

  /**
   * @param charged the request with what the call cost, if it was made for it
   */
  private void settle(
      PendingRequest request,
      PendingRequest charged,
      Verdict verdict,
      boolean startedTheCall,
      Instant now) {
    if (verdict.leavesPending(request)) {
      if (verdict instanceof Verdict.Failed(Outcome.HeldUp cause, _, _, _)
          && (!charged.equals(request) || request.lastError() != cause.code())) {
        pending.reschedule(request, charged.after(request.attempts(), request.due(), cause.code()));
      }
      return;
    }
    parts.shared().traces().waited(request, verdict, now);
    switch (verdict) {
      case Verdict.HeldBack(ErrorCode reason) -> failures.heldBack(request, reason, now);
      case Verdict.Explained(Explanation explanation, _, _, _) -> {
        pending.remove(request);
        Source source = startedTheCall ? Source.GEMINI : Source.COALESCED;
        parts.results().explained(charged, explanation, source, request.attempts() + 1, now);
      }
      case Verdict.Found(Explanation explanation, _) -> {
        pending.remove(request);
        Source source = startedTheCall ? Source.REDIS : Source.COALESCED;
        parts.results().explained(request, explanation, source, request.attempts(), now);
      }
      case Verdict.Failed failed -> failures.settle(charged, failed, now);
    }
  }
}
