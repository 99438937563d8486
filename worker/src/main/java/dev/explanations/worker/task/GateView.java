package dev.explanations.worker.task;

import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.store.PendingRequest;
import java.time.Instant;
import java.time.InstantSource;

/** The gate as one task sees it, and since when it is shut. Used by one stream thread. */
final class GateView {

  private final Lane lane;
  private final InstantSource clock;

  /** As far as this task has looked; {@link Instant#MAX} while it is not shut. */
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

  boolean isShut() {
    return room() == Lane.Room.SHUT;
  }

  Instant shutUntil() {
    return lane.shutUntil();
  }

  /** Whether the gate was shut already when the request came. */
  boolean hasTurnedAway(PendingRequest request) {
    return request.attempts() == 0
        && request.lastError() == null
        && !request.due().isBefore(shutSince);
  }
}
