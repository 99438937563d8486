package dev.explanations.worker.ops;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A circuit breaker as operators see it.
 *
 * @param name {@code google_ai}, or {@code google_ai:<model>} for a fallback model
 * @param failureCount consecutive failures
 * @param successCount consecutive successes
 * @param forced held open by hand
 */
public record BreakerView(
    String name,
    State state,
    int failureCount,
    int successCount,
    @Nullable Instant lastFailure,
    boolean forced) {

  public enum State {
    CLOSED,
    OPEN,
    HALF_OPEN,
    DISABLED
  }

  Status status() {
    return state == State.OPEN ? Status.DEGRADED : Status.HEALTHY;
  }

  /** In the same order. */
  static Map<String, @Nullable Object> byName(List<BreakerView> breakers) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    breakers.forEach(breaker -> json.put(breaker.name(), breaker.toJson()));
    return json;
  }

  /** As the health report has it. */
  public Map<String, @Nullable Object> toJson() {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("state", Json.wireName(state));
    json.put("failure_count", failureCount);
    json.put("success_count", successCount);
    json.put("last_failure_time", lastFailure == null ? null : lastFailure.toString());
    if (forced) {
      json.put("forced", true);
    }
    return json;
  }
}
