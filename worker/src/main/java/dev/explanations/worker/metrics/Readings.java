package dev.explanations.worker.metrics;

import dev.explanations.worker.cache.CacheTierStatistics;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.topology.Faults;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is not counted but read when somebody asks. Called by several threads; never waits for
 * Kafka, Redis or Gemini.
 */
public interface Readings {

  /** The dispatcher; {@link DispatchStatus#NONE} until calls can be made. */
  DispatchStatus dispatch();

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

  /** Whether the broker has answered lately. */
  boolean brokerConnected();

  Stream stream();

  /** The health of a service: 0 is healthy, 1 degraded, 2 unhealthy. */
  int health(String service);

  /**
   * The stream.
   *
   * @param paused whether it takes no work, by command
   */
  record Stream(String state, int threads, int tasks, boolean paused) {}
}
