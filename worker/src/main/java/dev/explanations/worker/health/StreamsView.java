package dev.explanations.worker.health;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The stream as operators see it.
 *
 * @param state the name of the {@code KafkaStreams.State}
 * @param stateFor for how long it has had this state
 * @param hasRun whether it has been running before
 * @param threads stream threads that are alive
 * @param tasks that they work on
 * @param brokerAway no broker has answered for some seconds
 * @param clockWrong the machine's clock has been set back: the worker is about to end
 * @param lag records that the application has not consumed; {@code null} when not known
 * @param paused no calls are made, since an operator wants none
 * @param failedLately the worker itself has failed over a record or a stored entry
 */
public record StreamsView(
    String state,
    Duration stateFor,
    boolean hasRun,
    int threads,
    int tasks,
    boolean brokerAway,
    boolean clockWrong,
    @Nullable Long lag,
    boolean paused,
    Queue queue,
    boolean failedLately) {

  /** A rebalance comes and goes by itself, and tasks that stay go on meanwhile. */
  static final Duration LONG_REBALANCE = Duration.ofSeconds(15);

  private static final double MILLIS = 1000;

  /** An outcome usually takes some hundredths of a second. */
  static final Duration STUCK = Duration.ofSeconds(10);

  /**
   * Requests that wait in the worker.
   *
   * @param pending requests
   * @param maxPending above which new requests are answered {@code unavailable}
   * @param oldestPending how long the oldest of them has waited; {@code null} if none waits
   * @param oldestOutcome how long the oldest outcome of a call has been on its way through Kafka to
   *     its task; {@code null} if none is
   * @param overdueCalls look-ups and calls that should have ended long ago, by their time limit
   */
  public record Queue(
      long pending,
      int maxPending,
      @Nullable Duration oldestPending,
      @Nullable Duration oldestOutcome,
      int overdueCalls) {}

  /** What is wrong, and how much that matters. */
  private record Trouble(Status status, String error) {}

  /** Whether requests are being worked on. */
  boolean running() {
    return state.equals("RUNNING") && threads > 0;
  }

  ServiceHealth health() {
    Trouble trouble = trouble();
    Fields details =
        Fields.of(
            "state", state,
            "threads", threads,
            "lag", lag,
            "broker_connected", !brokerAway,
            "pending", queue.pending(),
            "oldest_pending_seconds", seconds(queue.oldestPending()),
            "oldest_outcome_seconds", seconds(queue.oldestOutcome()));
    if (queue.overdueCalls() > 0) {
      details.put("overdue_calls", queue.overdueCalls());
    }
    if (paused) {
      details.put("paused", true);
    }
    if (trouble != null) {
      details.put("error", trouble.error());
    }
    return new ServiceHealth(trouble == null ? Status.HEALTHY : trouble.status(), details);
  }

  /** The worst of all; {@code null} if there is none. */
  private @Nullable Trouble trouble() {
    if (clockWrong) {
      return new Trouble(Status.UNHEALTHY, "clock_set_back");
    }
    if (brokerAway) {
      return new Trouble(Status.UNHEALTHY, "broker_unreachable");
    }
    Trouble stream =
        switch (state) {
          case "RUNNING" -> threads > 0 ? null : new Trouble(Status.UNHEALTHY, "no_threads");
          case "REBALANCING" ->
              hasRun && stateFor.compareTo(LONG_REBALANCE) < 0
                  ? null
                  : new Trouble(Status.DEGRADED, hasRun ? "rebalancing" : "starting");
          case "CREATED" -> new Trouble(Status.DEGRADED, "starting");
          case "PENDING_SHUTDOWN" -> new Trouble(Status.DEGRADED, "stopping");
          default -> new Trouble(Status.UNHEALTHY, "stopped");
        };
    if (stream != null) {
      return stream;
    }
    if (queue.overdueCalls() > 0) {
      return new Trouble(Status.DEGRADED, "calls_stuck");
    }
    if (queue.oldestOutcome() != null && queue.oldestOutcome().compareTo(STUCK) > 0) {
      return new Trouble(Status.DEGRADED, "outcomes_stuck");
    }
    if (queue.pending() >= queue.maxPending()) {
      return new Trouble(Status.DEGRADED, "overloaded");
    }
    if (failedLately) {
      return new Trouble(Status.DEGRADED, "internal_error");
    }
    return paused ? new Trouble(Status.DEGRADED, "paused") : null;
  }

  private static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : Math.max(0, duration.toMillis()) / MILLIS;
  }
}
