package dev.explanations.worker.task;

import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.store.PendingRequest;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The gate as one task sees it. Used by the stream thread only. */
final class GateView {

  private final Lane lane;
  private final InstantSource clock;

  /** When this task first found the gate shut; {@link Instant#MAX} while it is not. */
  private Instant shutSince = Instant.MAX;

  GateView(Lane lane, InstantSource clock) {
    this.lane = lane;
    this.clock = clock;
  }

  Lane.Room room() {
    Lane.Room room = lane.room();
    if (room != Lane.Room.SHUT) {
      shutSince = Instant.MAX;
    } else if (shutSince.equals(Instant.MAX)) {
      shutSince = clock.instant();
    }
    return room;
  }

  /** Why requests are held back or turned away now; {@code null} if they are not. */
  @Nullable ErrorCode holdBackReason() {
    return switch (room()) {
      case SHUT -> ErrorCode.CIRCUIT_BREAKER_OPEN;
      case EXHAUSTED -> ErrorCode.BUDGET_EXHAUSTED;
      case FREE, FULL, PAUSED -> null;
    };
  }

  Instant shutUntil() {
    return lane.shutUntil();
  }

  /** Whether the request is new, and arrived after the gate had shut. */
  boolean arrivedAfterShut(PendingRequest request) {
    return request.attempts() == 0
        && request.lastError() == null
        && !request.due().isBefore(shutSince);
  }
}
