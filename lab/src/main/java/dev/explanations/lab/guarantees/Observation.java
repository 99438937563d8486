package dev.explanations.lab.guarantees;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.simulator.script.Reply;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something seen from outside the workers. All times are {@link System#nanoTime} of this process;
 * observations of different threads may come slightly out of the order of their times.
 *
 * <p>A {@code worker} is one life of one process, for instance {@code w2.3}: a restart is another.
 * A {@code question} is the request's subtopic; no two questions share one.
 */
public sealed interface Observation {

  long nanos();

  /**
   * A request record that the broker is about to get.
   *
   * @param deadline as the request has it; {@code null} for the worker's default
   * @param failFast whether it asks for the fallback ({@code onUnavailable: fail})
   * @param valid whether an answer other than {@code rejected} is expected
   * @param headers that must be on its result
   */
  record Requested(
      long nanos,
      String requestId,
      String question,
      @Nullable Instant deadline,
      boolean failFast,
      boolean valid,
      Map<String, String> headers)
      implements Observation {}

  /**
   * The broker refused the request, or its transaction was aborted.
   *
   * @param certain whether no result may come; otherwise the broker may have taken the request all
   *     the same
   */
  record NotRequested(long nanos, String requestId, boolean certain) implements Observation {}

  /** A committed result record. */
  record Answered(
      long nanos,
      int partition,
      long offset,
      String requestId,
      JsonNode body,
      Map<String, String> headers)
      implements Observation {}

  /** A committed dead letter. */
  record DeadLettered(long nanos, int partition, long offset, Map<String, String> headers)
      implements Observation {}

  /** A call arrived at Gemini. */
  record CallBegan(long nanos, long call, String worker, String model, String question)
      implements Observation {}

  /**
   * Gemini replied to a call. Its text, cut off or not, begins with {@code [call N]}; a complete
   * one ends with {@code [end N]}.
   *
   * @param status HTTP status; 0 is a connection that was reset
   * @param promptTokens {@code promptTokenCount} of the reply, also of one that is cut off
   * @param outputTokens likewise: the total without the prompt, or candidates and thoughts if they
   *     are more
   * @param delivered whether all of the reply could be written to the connection
   */
  record CallEnded(
      long nanos,
      long call,
      Reply reply,
      int status,
      long promptTokens,
      long outputTokens,
      boolean delivered)
      implements Observation {}

  /** A change of the process or its connections. */
  enum Change {
    STARTED,
    READY,
    KILLED,
    STOPPING,
    STOPPED,
    /** Exited by itself. */
    DIED,
    SUSPENDED,
    RESUMED,
    /** Cut off from Kafka, wholly or in part. */
    CUT,
    RECONNECTED
  }

  /** A worker's process changed; noted before the change is made, except for READY and DIED. */
  record WorkerChanged(long nanos, String worker, Change change) implements Observation {}

  /**
   * A worker logged a new state of a breaker. A reset by hand is {@code CLOSED}, held open by hand
   * {@code OPEN}.
   *
   * @param state {@code CLOSED}, {@code OPEN}, {@code HALF_OPEN}
   */
  record BreakerChanged(long nanos, String worker, String breaker, String state)
      implements Observation {}

  /** Commands over HTTP, for all workers. */
  enum Order {
    CLEAR,
    INVALIDATE,
    PAUSE,
    RESUME,
    OPEN_BREAKER,
    RESET_BREAKER,
    REDRIVE
  }

  /**
   * An order that a worker acknowledged with 200, and that no worker is missing from. Those that
   * allow something again ({@code RESUME}, {@code RESET_BREAKER}, {@code REDRIVE}) are told when
   * they are sent, since they may be carried out unacknowledged.
   *
   * @param nanos when it was acknowledged, or else sent
   * @param sent when it was sent
   * @param target the topic of an {@code INVALIDATE}; empty otherwise
   */
  record Ordered(long nanos, long sent, Order order, String target) implements Observation {}

  /** An order is about to be sent; it may be carried out whatever the answer. */
  record OrderSent(long nanos, Order order) implements Observation {}

  /**
   * An entry kept for later answers, in Redis or in a store's changelog.
   *
   * @param text of the answer, or of the entry that contains it
   */
  record Cached(long nanos, String where, String text) implements Observation {}

  /** Output that may not contain a secret: a piece of a log, metrics, health or a record. */
  record Emitted(long nanos, String where, String text) implements Observation {}

  /** A worker's counters, by name with labels as in the Prometheus format. */
  record MetricsRead(long nanos, String worker, Map<String, Double> values)
      implements Observation {}

  /**
   * How far the group has read a partition.
   *
   * @param committed the group's offset
   * @param end of what readers of committed records may read: the last stable offset
   */
  record Progress(long nanos, String topic, int partition, long committed, long end)
      implements Observation {}

  /** A fault begins or ends; a fault of a moment does both at once. */
  record FaultChanged(long nanos, String fault, FaultKind kind, boolean begins)
      implements Observation {}

  /** Parts that a fault can hit. */
  enum FaultKind {
    PROCESS,
    BROKER,
    NETWORK,
    DISK,
    GEMINI,
    REDIS,
    REBALANCE,
    VERSION,
    ORDER,
    RECORDS;

    /** Processes, brokers, networks and disks: while one lasts a partition may stand still. */
    public boolean isOfMachines() {
      return this == PROCESS || this == BROKER || this == NETWORK || this == DISK;
    }
  }
}
