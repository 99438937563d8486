package dev.explanations.worker.metrics;

import dev.explanations.worker.cache.CacheTierStatistics;
import dev.explanations.worker.control.ControlState.Sighting;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.health.StreamsView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is not counted but read when somebody asks. Called by several threads; never waits for
 * Kafka, Redis or Gemini.
 */
public interface Readings {

  /** The dispatcher; {@link DispatchStatus#NONE} until calls can be made. */
  DispatchStatus dispatch();

  /**
   * All circuit breakers, in the order in which their models are asked; {@code google_ai} first.
   * They are there before calls can be made; names never change and never repeat.
   */
  List<BreakerStatus> breakers();

  /** Workers of the application that live, by instance id, as far as this one has heard. */
  Map<String, Sighting> workers();

  /** How often that has happened since the start. */
  long faults(Faults.Kind kind);

  /** Requests that wait. */
  long pending();

  /** When the oldest of them was first seen; {@code null} if none waits. */
  @Nullable Instant oldestPending();

  /** Explanations in the state stores of this worker. */
  long storedExplanations();

  /** Outcomes that Kafka has acknowledged. */
  long outcomesSent();

  /** Of outcomes that it has not. */
  long unacknowledgedBytes();

  /** {@code null} without Redis. */
  @Nullable CacheTierStatistics redis();

  boolean redisConnected();

  /** Records that wait in this worker's partitions, by topic; {@code null} if not known. */
  @Nullable Map<String, Long> lag();

  default @Nullable Long totalLag() {
    Map<String, Long> lag = lag();
    return lag == null ? null : lag.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Whether the broker has answered lately. */
  boolean brokerConnected();

  StreamsView stream();
}
