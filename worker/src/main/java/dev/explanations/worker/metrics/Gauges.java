package dev.explanations.worker.metrics;

import dev.explanations.worker.cache.CacheTierStatistics;
import dev.explanations.worker.control.ControlState.Sighting;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.flow.WorkerTotals;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.health.StreamsView;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.spending.BudgetStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values that are read when somebody asks, rather than counted. Thread-safe; waits for neither
 * Kafka, Redis nor Gemini.
 */
public interface Gauges {

  /** The dispatcher; {@link DispatchStatus#NONE} until calls can be made. */
  DispatchStatus dispatch();

  /**
   * All circuit breakers, in the order in which their models are asked, {@code google_ai} first.
   * They exist before calls can be made; their names are unique and never change.
   */
  List<BreakerStatus> breakers();

  /** Live workers of the application by instance id, as far as this one has heard. */
  Map<String, Sighting> workers();

  /** Faults of this kind since the start. */
  long faults(Faults.Kind kind);

  WorkerTotals totals();

  /** Outcomes that Kafka has acknowledged. */
  long outcomesSent();

  /** Bytes of outcomes that Kafka has not acknowledged. */
  long unacknowledgedBytes();

  /** {@code null} without Redis. */
  @Nullable CacheTierStatistics redis();

  boolean redisConnected();

  /** Records that wait in this worker's partitions, by topic; {@code null} if unknown. */
  @Nullable Map<String, Long> lag();

  default @Nullable Long totalLag() {
    Map<String, Long> lag = lag();
    return lag == null ? null : lag.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether the broker has answered in the last seconds. */
  boolean brokerConnected();

  StreamsView stream();

  /** Prompts of this worker; their versions never change. */
  Prompts.Status prompts();

  /** What the application has spent, and its limits. */
  BudgetStatus spending();
}
