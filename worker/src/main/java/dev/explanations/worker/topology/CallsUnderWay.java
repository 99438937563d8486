package dev.explanations.worker.topology;

import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.store.Origin;
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
   */
  private record Call(String callId, @Nullable Origin starter, Instant checkAt) {}

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

  /** Returns when {@link #dropLost} should look at this call. */
  Instant began(String cacheKey, String callId, @Nullable Origin starter, Instant now) {
    Instant checkAt = now.plus(callTimeout).plus(MARGIN);
    calls.put(cacheKey, new Call(callId, starter, checkAt));
    return checkAt;
  }

  /** An earlier owner's call; nothing to be learnt if this task has begun one of its own. */
  Instant handedOver(String cacheKey, String callId, Instant latestEnd) {
    Instant checkAt = latestEnd.plus(MARGIN);
    calls.putIfAbsent(cacheKey, new Call(callId, null, checkAt));
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
        entry.setValue(new Call(call.callId(), call.starter(), now.plus(MARGIN)));
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
