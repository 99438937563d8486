package dev.explanations.worker.dispatch;

import dev.explanations.worker.explanation.Prompt;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call, from the moment a task is promised it until that task has read its outcome. Guarded by
 * the dispatcher's lock.
 */
final class Flight {

  enum State {
    /** Waits for its turn. */
    READY,
    /** Gemini is being asked. */
    RUNNING,
    /** The outcome is known and on its way to Kafka. */
    SENDING,
    /** The outcome is in Kafka, and its task has not read it yet. */
    SENT
  }

  final String cacheKey;
  final String callId;
  final int partition;
  final Prompt prompt;
  State state = State.READY;
  @Nullable Instant startedAt;

  Flight(String cacheKey, String callId, int partition, Prompt prompt) {
    this.cacheKey = cacheKey;
    this.callId = callId;
    this.partition = partition;
    this.prompt = prompt;
  }

  /** Whether it takes up capacity: a slot, or a place in the queue for one. */
  boolean occupies() {
    return state == State.READY || state == State.RUNNING;
  }
}
