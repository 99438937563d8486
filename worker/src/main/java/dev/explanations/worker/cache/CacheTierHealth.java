package dev.explanations.worker.cache;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of Redis as last seen.
 *
 * @param lastError what is wrong, one short line without secrets; {@code null} when nothing is
 * @param since when the state began
 */
public record CacheTierHealth(State state, @Nullable String lastError, Instant since) {

  public enum State {
    /** It has not answered yet. */
    CONNECTING,
    CONNECTED,
    /** It answers, but has lately refused to write: it is full, a replica, or not allowed to. */
    READ_ONLY,
    /** It does not answer, and is not asked. */
    LOST
  }

  /** Whether it is read. */
  public boolean connected() {
    return state == State.CONNECTED || state == State.READ_ONLY;
  }
}
