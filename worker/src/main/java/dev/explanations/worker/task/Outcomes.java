package dev.explanations.worker.task;

import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.flow.Verdict;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.StoredExplanation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies the records of the outcomes topic to the task. Used by the stream thread only. */
record Outcomes(
    TaskParts parts, GateView gate, Failures failures, Settlements settlements, Offers offers) {

  private static final Logger log = LoggerFactory.getLogger(Outcomes.class);

  /** Largest {@code GEMINI_TIMEOUT} (one hour), and as much for differing clocks. */
  private static final Duration LONGEST_CALL = Duration.ofHours(2);

  private static final Pattern CACHE_KEY = Pattern.compile("[0-9a-f]{64}");

  /**
   * Whether a worker can have written the record: a call's record has a cache key, and no call ends
   * later than {@link #LONGEST_CALL}.
   */
  boolean isWithinBounds(@Nullable String key, OutcomeRecord record) {
    return switch (record) {
      case OutcomeRecord.CallEnded _, OutcomeRecord.Postponed _ ->
          key != null && CACHE_KEY.matcher(key).matches();
      case OutcomeRecord.Handoff(var handedOver, var _) -> {
        Instant latest = parts.now().plus(LONGEST_CALL);
        yield handedOver.stream().noneMatch(call -> call.latestEnd().isAfter(latest));
      }
      case OutcomeRecord.Marker _, OutcomeRecord.Wake _ -> true;
    };
  }

  void read(String cacheKey, OutcomeRecord record) {
    switch (record) {
      case OutcomeRecord.Marker(String nonce) -> markerSeen(nonce);
      case OutcomeRecord.Handoff(var handedOver, String lane) -> {
        handedOver.forEach(call -> parts.calls().handedOver(call, parts.now()));
        parts.account().handedOver(lane);
      }
      case OutcomeRecord.Wake _ -> offers.gateHasChanged();
      case OutcomeRecord.CallEnded ended -> ended(cacheKey, ended);
      case OutcomeRecord.Postponed(String callId) -> postponed(cacheKey, callId);
    }
  }

  private void markerSeen(String nonce) {
    if (parts.barrier().seen(nonce)) {
      parts.account().recovered(parts.now());
    }
    List<CallsUnderWay.Lost> lost = parts.calls().dropLost(nonce);
    if (!lost.isEmpty()) {
      log.warn("A call's outcome has been lost: the call is made again");
      lost.forEach(call -> parts.account().lost(call.callId(), call.own(), parts.now()));
      parts.pending().rewindDue();
    }
  }

  private void postponed(String cacheKey, String callId) {
    if (parts.calls().isCurrent(cacheKey, callId)) {
      Instant due = parts.calls().postponed(cacheKey);
      ErrorCode reason = gate.holdBackReason();
      if (reason != null) {
        settlements.begin(cacheKey, new Verdict.HeldBack(reason), parts.now(), null);
      } else {
        parts.pending().rewindDueTo(due);
      }
    } else {
      parts.calls().ended(cacheKey, callId);
    }
    parts.lane().outcomeRead(cacheKey, callId);
  }

  private void ended(String cacheKey, OutcomeRecord.CallEnded ended) {
    parts.account().ended(ended, parts.now());
    Verdict verdict = verdict(cacheKey, ended);
    if (verdict == null && ended.outcome() instanceof Outcome.Found) {
      // a command has made it void since the look-up
      postponed(cacheKey, ended.callId());
      return;
    }
    CallsUnderWay calls = parts.calls();
    Origin starter = calls.starter(cacheKey);
    calls.ended(cacheKey, ended.callId());
    parts.lane().outcomeRead(cacheKey, ended.callId());
    if (verdict != null) {
      settlements.begin(cacheKey, verdict, parts.now(), starter);
    }
  }

  /**
   * Verdict for the waiters; {@code null} for none. An explanation always counts, a failure only if
   * the task waits for exactly this call.
   */
  private @Nullable Verdict verdict(String cacheKey, OutcomeRecord.CallEnded ended) {
    Validity validity = ended.validity();
    return switch (ended.outcome()) {
      case Outcome.Explained(Explanation explanation) -> {
        Validity dated = parts.calls().dated(cacheKey, ended.callId(), validity);
        keep(cacheKey, new StoredExplanation(explanation, dated));
        yield new Verdict.Explained(explanation, dated, ended.traceparent(), ended.charge());
      }
      case Outcome.Found(Explanation explanation) ->
          keep(cacheKey, new StoredExplanation(explanation, validity))
              ? new Verdict.Found(explanation, validity)
              : null;
      case Outcome.Failed failure ->
          parts.calls().isCurrent(cacheKey, ended.callId())
              ? failed(cacheKey, failure, ended)
              : null;
    };
  }

  private Verdict failed(String cacheKey, Outcome.Failed failure, OutcomeRecord.CallEnded ended) {
    Verdict.Failed failed =
        failures.drawNextAttempt(
            cacheKey, failure, ended.traceparent(), ended.charge(), parts.now());
    if (failed.next() == null && failure.code() == ErrorCode.CONTENT_BLOCKED) {
      StoredExplanation refusal = new StoredExplanation(null, ended.validity());
      parts.cache().keep(cacheKey, refusal, parts.now());
    }
    return failed;
  }

  private boolean keep(String cacheKey, StoredExplanation entry) {
    boolean kept = parts.cache().keep(cacheKey, entry, parts.now());
    if (kept) {
      parts.shared().listener().stored();
    }
    return kept;
  }
}
