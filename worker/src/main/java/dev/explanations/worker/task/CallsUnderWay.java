package dev.explanations.worker.task;

import dev.explanations.worker.contract.peer.OutcomeRecord.RunningCall;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.PendingRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Calls of this task whose outcome has not been read, by cache key. In memory only: after a crash
 * the pending store still has the requests, and calls are made again. After an orderly move the
 * earlier owner's handoff names its running calls, see {@link #handedOver}. Used by the stream
 * thread only.
 */
final class CallsUnderWay {

  /** Time for an outcome to reach Kafka and be read, after the call has ended. */
  private static final Duration MARGIN = Duration.ofSeconds(15);

  private static final int MAX_READ_BEFORE = 1_000;

  private final Lane lane;
  private final Duration callTimeout;
  private final Map<String, AwaitedCall> calls = new HashMap<>();

  /** Ids of calls of earlier owners whose outcomes were read, for handoffs that come after them. */
  private final Set<String> readBefore = Collections.newSetFromMap(new Remembered());

  private static final class Remembered extends LinkedHashMap<String, Boolean> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > MAX_READ_BEFORE;
    }
  }

  /** Lower bound of all {@code checkAt}: the call that set it may have ended since. */
  private Instant nextCheck = Instant.MAX;

  /**
   * @param starter the request that the call was made for; {@code null} if an earlier owner began
   *     it
   * @param began when it was offered, and not before its starter arrived; the epoch if unknown
   * @param due earliest due time of the requests that wait for it; the epoch if unknown
   * @param marker sent to the outcomes partition because the outcome is overdue; {@code null} if it
   *     is not
   */
  private record AwaitedCall(
      String callId,
      @Nullable Origin starter,
      Instant began,
      Instant due,
      Instant checkAt,
      @Nullable String marker) {

    AwaitedCall joinedBy(PendingRequest request) {
      return request.due().isBefore(due)
          ? new AwaitedCall(callId, starter, began, request.due(), checkAt, marker)
          : this;
    }

    AwaitedCall checkedAt(Instant next, @Nullable String marker) {
      return new AwaitedCall(callId, starter, began, due, next, marker);
    }
  }

  /**
   * A call whose outcome is lost.
   *
   * @param own whether this task has begun it
   */
  record Lost(String callId, boolean own) {}

  CallsUnderWay(Lane lane, Duration callTimeout) {
    this.lane = lane;
    this.callTimeout = callTimeout;
  }

  boolean isUnderWay(String cacheKey) {
    return calls.containsKey(cacheKey);
  }

  /**
   * Whether this request waits for a call. If that is not made, what came earliest is due again,
   * also a request that has joined later.
   */
  boolean awaits(PendingRequest request) {
    return calls.computeIfPresent(request.cacheKey(), (key, call) -> call.joinedBy(request))
        != null;
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  int size() {
    return calls.size();
  }

  /** A call has begun for this request. */
  void began(PendingRequest request, String callId, Instant now) {
    // a clock set back since then must not make its answer too old
    Instant seen = request.firstSeen();
    add(request, callId, request.origin(), seen.isAfter(now) ? seen : now, now);
  }

  /** This request waits for a call that an earlier owner in this process began. */
  void adopted(PendingRequest request, String callId, Instant now) {
    add(request, callId, null, Instant.EPOCH, now);
  }

  private void add(
      PendingRequest request, String callId, @Nullable Origin starter, Instant began, Instant now) {
    Instant checkAt = now.plus(callTimeout).plus(MARGIN);
    calls.put(
        request.cacheKey(), new AwaitedCall(callId, starter, began, request.due(), checkAt, null));
    checkAtTheLatest(checkAt);
  }

  private void checkAtTheLatest(Instant time) {
    nextCheck = time.isBefore(nextCheck) ? time : nextCheck;
  }

  /** A handoff names this call. Ignored if this task has begun one for the same key. */
  void handedOver(RunningCall call, Instant now) {
    if (readBefore.contains(call.callId())) {
      return;
    }
    // the handoff's clock may have been ahead of this one
    Instant latest = now.plus(callTimeout);
    Instant end = call.latestEnd().isBefore(latest) ? call.latestEnd() : latest;
    Instant checkAt = end.plus(MARGIN);
    calls.putIfAbsent(
        call.cacheKey(),
        new AwaitedCall(call.callId(), null, Instant.EPOCH, Instant.EPOCH, checkAt, null));
    checkAtTheLatest(checkAt);
  }

  boolean isCurrent(String cacheKey, String callId) {
    AwaitedCall call = calls.get(cacheKey);
    return call != null && call.callId().equals(callId);
  }

  /**
   * Dates an answer by this task's clock as well: if the dispatcher's is behind, the answer to a
   * call would look older than the request that it was made for, and be called for again.
   */
  Validity dated(String cacheKey, String callId, Validity validity) {
    AwaitedCall call = calls.get(cacheKey);
    return call != null
            && call.callId().equals(callId)
            && validity.calledAt().isBefore(call.began())
        ? new Validity(validity.hashes(), validity.generation(), call.began(), validity.expiresAt())
        : validity;
  }

  /** The request for which the current call of a key was begun; {@code null} if unknown. */
  @Nullable Origin starter(String cacheKey) {
    AwaitedCall call = calls.get(cacheKey);
    return call == null ? null : call.starter();
  }

  /** The outcome of a call has been read. */
  void ended(String cacheKey, String callId) {
    if (isCurrent(cacheKey, callId)) {
      calls.remove(cacheKey);
    } else {
      readBefore.add(callId);
    }
  }

  /** The current call was not made. Returns the earliest due time of those that wait for it. */
  Instant postponed(String cacheKey) {
    AwaitedCall call = calls.remove(cacheKey);
    return call == null ? Instant.EPOCH : call.due();
  }

  /** No request waits for this key any more: withdraws its call if that has not begun. */
  void withdraw(String cacheKey) {
    AwaitedCall call = calls.get(cacheKey);
    if (call != null && lane.withdraw(cacheKey, call.callId())) {
      calls.remove(cacheKey);
    }
  }

  /**
   * Looks for overdue outcomes of calls that wait neither for a slot nor for the broker, and sends
   * a marker behind them. A task that is far behind has not read the outcome yet; only if it reads
   * the marker first is the outcome lost.
   */
  void check(Instant now) {
    if (now.isBefore(nextCheck)) {
      return;
    }
    Instant next = now.plus(MARGIN);
    String fresh = UUID.randomUUID().toString();
    Set<String> markers = new HashSet<>();
    calls.replaceAll(
        (key, call) -> {
          if (call.checkAt().isAfter(now)) {
            return call;
          }
          if (lane.isInFlight(key, call.callId())) {
            return call.checkedAt(next, null);
          }
          String marker = call.marker() == null ? fresh : call.marker();
          markers.add(marker);
          return call.checkedAt(next, marker);
        });
    markers.forEach(lane::mark);
    nextCheck =
        calls.values().stream()
            .map(AwaitedCall::checkAt)
            .min(Instant::compareTo)
            .orElse(Instant.MAX);
  }

  /**
   * A marker has been read: overdue outcomes that were to come before it are lost. Forgets their
   * calls, and returns them.
   */
  List<Lost> dropLost(String marker) {
    List<Lost> lost = new ArrayList<>();
    calls
        .entrySet()
        .removeIf(
            entry -> {
              AwaitedCall call = entry.getValue();
              if (!marker.equals(call.marker())) {
                return false;
              }
              lane.outcomeRead(entry.getKey(), call.callId());
              lost.add(new Lost(call.callId(), call.starter() != null));
              return true;
            });
    return lost;
  }

  /** When {@link #check} should be called next. */
  Instant nextCheck() {
    return nextCheck;
  }
}
