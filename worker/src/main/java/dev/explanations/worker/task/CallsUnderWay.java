package dev.explanations.worker.task;

import dev.explanations.worker.contract.OutcomeRecord.RunningCall;
import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.PendingRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The keys of this task whose outcome is still to come. In memory only: a crash loses it, and the
 * pending store then has everything to call again. Used by one stream thread.
 */
final class CallsUnderWay {

  /** Beyond the end of a call: its outcome has to reach Kafka and come back. */
  private static final Duration MARGIN = Duration.ofSeconds(15);

  private final Lane lane;
  private final Duration callTimeout;
  private final Map<String, Call> calls = new HashMap<>();

  /** No call has to be looked at before; the one that had to be may have ended. */
  private Instant nextCheck = Instant.MAX;

  /**
   * @param starter the request that the call was made for; {@code null} if an earlier owner began
   *     it
   * @param due of the first request that waits for it; the epoch if that is not known
   * @param marker sent behind the outcome, which has been missing; {@code null} if it has not
   */
  private record Call(
      String callId,
      @Nullable Origin starter,
      Instant due,
      Instant checkAt,
      @Nullable String marker) {

    Call checkedAt(Instant next, @Nullable String marker) {
      return new Call(callId, starter, due, next, marker);
    }
  }

  CallsUnderWay(Lane lane, Duration callTimeout) {
    this.lane = lane;
    this.callTimeout = callTimeout;
  }

  boolean isUnderWay(String cacheKey) {
    return calls.containsKey(cacheKey);
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  /** A call for this request. */
  void began(PendingRequest request, String callId, Instant now) {
    add(request, callId, request.origin(), now);
  }

  /** A call that an earlier owner in this process began, and that serves this request. */
  void joined(PendingRequest request, String callId, Instant now) {
    add(request, callId, null, now);
  }

  private void add(PendingRequest request, String callId, @Nullable Origin starter, Instant now) {
    Instant checkAt = now.plus(callTimeout).plus(MARGIN);
    calls.put(request.cacheKey(), new Call(callId, starter, request.due(), checkAt, null));
    checkAtTheLatest(checkAt);
  }

  private void checkAtTheLatest(Instant time) {
    nextCheck = time.isBefore(nextCheck) ? time : nextCheck;
  }

  /** An earlier owner's call; nothing to be learnt if this task has begun one of its own. */
  void handedOver(RunningCall call, Instant now) {
    // by a clock that may have been ahead of this one, or set back since
    Instant latest = now.plus(callTimeout);
    Instant end = call.latestEnd().isBefore(latest) ? call.latestEnd() : latest;
    Instant checkAt = end.plus(MARGIN);
    calls.putIfAbsent(call.cacheKey(), new Call(call.callId(), null, Instant.EPOCH, checkAt, null));
    checkAtTheLatest(checkAt);
  }

  boolean isCurrent(String cacheKey, String callId) {
    Call call = calls.get(cacheKey);
    return call != null && call.callId().equals(callId);
  }

  /** Who began the call that is under way for a key, if that is known. */
  @Nullable Origin starter(String cacheKey) {
    Call call = calls.get(cacheKey);
    return call == null ? null : call.starter();
  }

  void ended(String cacheKey) {
    calls.remove(cacheKey);
  }

  /** The current call was not made; returns the due time of the first request that waits for it. */
  Instant postponed(String cacheKey) {
    Call call = calls.remove(cacheKey);
    return call == null ? Instant.EPOCH : call.due();
  }

  /** Nobody waits for this key any more: a call that has not begun is not made. */
  void withdraw(String cacheKey) {
    Call call = calls.get(cacheKey);
    if (call != null && lane.withdraw(cacheKey, call.callId())) {
      calls.remove(cacheKey);
    }
  }

  /**
   * Suspects calls whose outcome should have been read by now, unless they wait for a slot or for
   * the broker. A task that is far behind has yet to read it, so a marker is sent behind it.
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
          if (lane.holds(key, call.callId())) {
            return call.checkedAt(next, null);
          }
          String marker = call.marker() == null ? fresh : call.marker();
          markers.add(marker);
          return call.checkedAt(next, marker);
        });
    markers.forEach(lane::mark);
    nextCheck =
        calls.values().stream().map(Call::checkAt).min(Instant::compareTo).orElse(Instant.MAX);
  }

  /**
   * A marker has been read: an outcome that was sent before it and has not been read never will be.
   *
   * @return whether there were any
   */
  boolean dropLost(String marker) {
    return calls
        .entrySet()
        .removeIf(
            entry -> {
              Call call = entry.getValue();
              boolean lost = marker.equals(call.marker());
              if (lost) {
                lane.outcomeRead(entry.getKey(), call.callId());
              }
              return lost;
            });
  }

  /** When {@link #check} should be called next. */
  Instant nextCheck() {
    return nextCheck;
  }
}
