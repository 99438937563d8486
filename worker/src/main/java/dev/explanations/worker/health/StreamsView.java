package dev.explanations.worker.health;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The stream as operators see it.
 *
 * @param state name of the {@code KafkaStreams.State}
 * @param stateFor how long this state has lasted
 * @param hasRun whether it has ever been {@code RUNNING}
 * @param threads stream threads that are alive
 * @param tasks active tasks of these threads
 * @param brokerAway no broker has answered for some seconds
 * @param clockWrong the machine's clock has been set back, and the worker is about to end
 * @param lag records that are not consumed in this worker's partitions; {@code null} if unknown
 * @param paused an operator has paused calls
 * @param failedLately the worker itself has lately failed over a record or a stored entry
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

  /** A shorter rebalance is healthy: it ends by itself, and tasks that stay go on meanwhile. */
  static final Duration LONG_REBALANCE = Duration.ofSeconds(15);

  private static final double MILLIS = 1000;

  /** An outcome on its way for longer is stuck; usually it takes some hundredths of a second. */
  static final Duration STUCK = Duration.ofSeconds(10);

  /**
   * Requests that wait in the worker.
   *
   * @param pending number of these requests
   * @param maxPending limit, at which new requests are answered {@code unavailable}
   * @param oldestPending how long the oldest request has waited; {@code null} if none waits
   * @param oldestOutcome how long the oldest outcome has been on its way through Kafka to its task;
   *     {@code null} if none is
   * @param overdueCalls look-ups and calls that run beyond their time limit
   */
  public record Queue(
      long pending,
      int maxPending,
      @Nullable Duration oldestPending,
      @Nullable Duration oldestOutcome,
      int overdueCalls) {}

  private record Diagnosis(Status status, String error) {}

  /** Whether requests are being worked on. */
  public boolean running() {
    return state.equals("RUNNING") && threads > 0;
  }

  ServiceHealth health() {
    Diagnosis diagnosis = diagnosis();
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
    if (diagnosis != null) {
      details.put("error", diagnosis.error());
    }
    return new ServiceHealth(diagnosis == null ? Status.HEALTHY : diagnosis.status(), details);
  }

  /** The gravest trouble; {@code null} if there is none. */
  private @Nullable Diagnosis diagnosis() {
    if (clockWrong) {
      return new Diagnosis(Status.UNHEALTHY, "clock_set_back");
    }
    if (brokerAway) {
      return new Diagnosis(Status.UNHEALTHY, "broker_unreachable");
    }
    Diagnosis stream =
        switch (state) {
          case "RUNNING" -> threads > 0 ? null : new Diagnosis(Status.UNHEALTHY, "no_threads");
          case "REBALANCING" ->
              hasRun && stateFor.compareTo(LONG_REBALANCE) < 0
                  ? null
                  : new Diagnosis(Status.DEGRADED, hasRun ? "rebalancing" : "starting");
          case "CREATED" -> new Diagnosis(Status.DEGRADED, "starting");
          case "PENDING_SHUTDOWN" -> new Diagnosis(Status.DEGRADED, "stopping");
          default -> new Diagnosis(Status.UNHEALTHY, "stopped");
        };
    if (stream != null) {
      return stream;
    }
    if (queue.overdueCalls() > 0) {
      return new Diagnosis(Status.DEGRADED, "calls_stuck");
    }
    if (queue.oldestOutcome() != null && queue.oldestOutcome().compareTo(STUCK) > 0) {
      return new Diagnosis(Status.DEGRADED, "outcomes_stuck");
    }
    if (queue.pending() >= queue.maxPending()) {
      return new Diagnosis(Status.DEGRADED, "overloaded");
    }
    if (failedLately) {
      return new Diagnosis(Status.DEGRADED, "internal_error");
    }
    return paused ? new Diagnosis(Status.DEGRADED, "paused") : null;
  }

  private static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : Math.max(0, duration.toMillis()) / MILLIS;
  }
}
