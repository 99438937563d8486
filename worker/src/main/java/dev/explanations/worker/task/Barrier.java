package dev.explanations.worker.task;

import dev.explanations.worker.dispatch.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * Holds back all calls of a task until everything that earlier owners wrote to its outcomes
 * partition has been read: a marker is sent there and has to come back. Only then is it known which
 * answers are paid for already. Used by one stream thread.
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

  /** Somebody's marker has been read; only our own counts. */
  void seen(String nonce) {
    passed |= this.nonce.equals(nonce);
  }

  /** Sends the marker, again when it has been missing for some seconds. */
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
