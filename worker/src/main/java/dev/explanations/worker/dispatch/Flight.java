package dev.explanations.worker.dispatch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call or look-up (single-flight), from its acceptance until its task has read the outcome. Its
 * mutable fields are used under the dispatcher's lock only.
 */
final class Flight {

  enum State {
    /** The shared cache is being asked. */
    LOOKING_UP,
    /** Waits for a permit. */
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

  /** The lane that accepted the flight; it may have closed meanwhile. */
  final TaskLane lane;

  final Question question;
  State state = State.LOOKING_UP;

  /** When the look-up began, or the call if that has begun. Set by {@link Flights#add}. */
  Instant startedAt = Instant.MAX;

  /** When the outcome became known; {@code null} before. */
  @Nullable Instant endedAt;

  Flight(String cacheKey, String callId, TaskLane lane, Question question) {
    this.cacheKey = cacheKey;
    this.callId = callId;
    this.partition = lane.partition;
    this.lane = lane;
    this.question = question;
  }

  boolean hasBegun() {
    return state != State.LOOKING_UP && state != State.READY;
  }

  /** Whether the flight takes up capacity: it runs, or waits for a slot. */
  boolean occupies() {
    return !hasBegun() || state == State.RUNNING;
  }
}
