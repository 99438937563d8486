package dev.explanations.worker.topology;

import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.store.PendingRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
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

  /**
   * @param starter the request that the call was made for; {@code null} if an earlier owner began
   *     it
   * @param due of the first request that waits for it; the epoch if that is not known
   */
  private record Call(String callId, @Nullable Origin starter, Instant due, Instant checkAt) {}

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

  /** A call for this request; returns when {@link #dropLost} should look at it. */
  Instant began(PendingRequest request, String callId, Instant now) {
    return add(request, callId, request.origin(), now);
  }

  /** A call that an earlier owner in this process began, and that serves this request. */
  Instant joined(PendingRequest request, String callId, Instant now) {
    return add(request, callId, null, now);
  }

  private Instant add(
      PendingRequest request, String callId, @Nullable Origin starter, Instant now) {
    Instant checkAt = now.plus(callTimeout).plus(MARGIN);
    calls.put(request.cacheKey(), new Call(callId, starter, request.due(), checkAt));
    return checkAt;
  }

  /** An earlier owner's call; nothing to be learnt if this task has begun one of its own. */
  Instant handedOver(String cacheKey, String callId, Instant latestEnd) {
    Instant checkAt = latestEnd.plus(MARGIN);
    calls.putIfAbsent(cacheKey, new Call(callId, null, Instant.EPOCH, checkAt));
    return checkAt;
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
   * Forgets calls whose outcome can no longer arrive. One that still waits for a slot or for the
   * broker is looked at again later.
   *
   * @return whether there were any
   */
  boolean dropLost(Instant now) {
    boolean lost = false;
    for (Iterator<Map.Entry<String, Call>> i = calls.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<String, Call> entry = i.next();
      Call call = entry.getValue();
      if (call.checkAt().isAfter(now)) {
        continue;
      }
      if (lane.holds(entry.getKey(), call.callId())) {
        entry.setValue(new Call(call.callId(), call.starter(), call.due(), now.plus(MARGIN)));
      } else {
        lane.settled(entry.getKey(), call.callId());
        i.remove();
        lost = true;
      }
    }
    return lost;
  }

  /** When {@link #dropLost} should be called next. */
  Instant nextCheck() {
    return calls.values().stream().map(Call::checkAt).min(Instant::compareTo).orElse(Instant.MAX);
  }
}
