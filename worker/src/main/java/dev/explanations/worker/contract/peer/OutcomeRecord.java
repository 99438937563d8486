package dev.explanations.worker.contract.peer;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Outcome;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Record of the outcomes topic. Written by the dispatchers of all workers, to the partition of the
 * task that it is for; read by that task.
 */
public sealed interface OutcomeRecord {

  /**
   * A call has ended, or a look-up in its place; the record's key is its cache key.
   *
   * @param validity of the explanation, or of its refusal; none with another failure
   * @param traceparent of the call, where it is traced
   * @param charge of the call, and of the one that it repeats; none with a look-up
   * @param lane {@code null} with a look-up, and where a worker of an earlier version called
   */
  record CallEnded(
      String callId,
      Outcome outcome,
      Validity validity,
      @Nullable String traceparent,
      Charge charge,
      @Nullable LaneCalls lane)
      implements OutcomeRecord {
    public CallEnded(String callId, Outcome outcome, Validity validity) {
      this(callId, outcome, validity, null, Charge.NONE, null);
    }
  }

  /**
   * How many calls a lane had begun when it made a record.
   *
   * @param lane its id
   */
  record LaneCalls(String lane, long begun) {}

  /**
   * The flight ended without a call: every circuit breaker is open or the budget is spent. The task
   * offers the request again.
   */
  record Postponed(String callId) implements OutcomeRecord {}

  /** Sent by a task to itself: once it is back, everything written before it has been read. */
  record Marker(String nonce) implements OutcomeRecord {}

  /**
   * Sent by a task that closes: the calls whose outcomes are still to come.
   *
   * @param lane id of the task's lane; {@code null} from a worker of an earlier version
   */
  record Handoff(List<RunningCall> calls, @Nullable String lane) implements OutcomeRecord {
    public Handoff {
      calls = List.copyOf(calls);
    }
  }

  /**
   * Sent by the dispatcher to the tasks of its process: calls may begin that could not before, or a
   * command has come that concerns what they hold.
   */
  record Wake() implements OutcomeRecord {}

  /** Call that has ended at {@code latestEnd} at the latest, by its timeout. */
  record RunningCall(String cacheKey, String callId, Instant latestEnd) {}
}
