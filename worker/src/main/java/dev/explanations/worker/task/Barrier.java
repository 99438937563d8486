package dev.explanations.worker.task;

import dev.explanations.worker.dispatch.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * Holds back all calls of a new task until it has read every outcome that earlier owners sent: it
 * sends a marker to its outcomes partition and waits to read it. Without that it would pay again
 * for an explanation that is on its way. Used by the stream thread only.
 */
final class Barrier {

  private static final Duration RESEND = Duration.ofSeconds(3);

  private final Lane lane;
  private final String nonce = UUID.randomUUID().toString();
  private boolean passed;
  private Instant sendAgainAt = Instant.MIN;

  Barrier(Lane lane) {
    this.lane = lane;
  }

  boolean passed() {
    return passed;
  }

  /**
   * A marker has been read: this task's, which opens the barrier, or an earlier owner's.
   *
   * @return whether this marker has opened it
   */
  boolean seen(String nonce) {
    boolean opens = !passed && this.nonce.equals(nonce);
    passed |= opens;
    return opens;
  }

  /** Sends the marker, and again every {@link #RESEND} until it has been read. */
  void send(Instant now) {
    if (!passed && !now.isBefore(sendAgainAt)) {
      lane.mark(nonce);
      sendAgainAt = now.plus(RESEND);
    }
  }

  /** When {@link #send} should be called next. */
  Instant nextSend() {
    return passed ? Instant.MAX : sendAgainAt;
  }
}
