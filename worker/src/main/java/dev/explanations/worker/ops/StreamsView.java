package dev.explanations.worker.ops;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The stream as operators see it.
 *
 * @param state the name of the {@code KafkaStreams.State}
 * @param threads stream threads that are alive
 * @param lag records that wait in the requests topic; {@code null} when not known
 * @param paused no calls are made, since an operator wants none
 */
public record StreamsView(String state, int threads, @Nullable Long lag, boolean paused) {

  /** Whether requests are being worked on. */
  boolean running() {
    return state.equals("RUNNING") && threads > 0;
  }

  ServiceHealth health() {
    Map<String, @Nullable Object> details = new LinkedHashMap<>();
    details.put("state", state);
    details.put("threads", threads);
    details.put("lag", lag);
    if (paused) {
      details.put("paused", true);
    }
    return new ServiceHealth(status(), details);
  }

  private Status status() {
    return switch (state) {
      case "RUNNING" -> threads == 0 ? Status.UNHEALTHY : paused ? Status.DEGRADED : Status.HEALTHY;
      // comes and goes by itself: at start, when a worker joins or leaves, at a stop
      case "CREATED", "REBALANCING", "PENDING_SHUTDOWN" -> Status.DEGRADED;
      default -> Status.UNHEALTHY;
    };
  }
}
