package dev.explanations.worker.dispatch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call, from the moment a task is promised it until that task has read its outcome. Guarded by
 * the dispatcher's lock.
 */
final class Flight {

  enum State {
    /** The shared cache is being asked. */
    LOOKING_UP,
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
  final Question question;
  State state = State.LOOKING_UP;

  /** When its look-up began, and later when its call did. */
  @Nullable Instant startedAt;

  /** When its outcome was known. */
  @Nullable Instant endedAt;

  Flight(String cacheKey, String callId, int partition, Question question) {
    this.cacheKey = cacheKey;
    this.callId = callId;
    this.partition = partition;
    this.question = question;
  }

  boolean hasBegun() {
    return state != State.LOOKING_UP && state != State.READY;
  }

  /** Whether it takes up capacity: a slot, or a place before one. */
  boolean occupies() {
    return !hasBegun() || state == State.RUNNING;
  }
}
