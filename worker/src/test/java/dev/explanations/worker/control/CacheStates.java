package dev.explanations.worker.control;

import dev.explanations.worker.contract.peer.Command;
import java.time.Instant;
import java.util.List;

/** What commands say of a cache, for the tests of those who ask. */
public final class CacheStates {

  /** No command has been given yet. */
  public static final CacheState EMPTY = CacheState.UNKNOWN.inTopic("log-1");

  private CacheStates() {}

  /** After another command. */
  public static CacheState after(CacheState before, long offset, Instant at, Command command) {
    return before.with(List.of(new OrderedCommand(command, offset, at, "w1")));
  }

  /** After the control topic was deleted and created again. */
  public static CacheState inTopic(CacheState before, String log) {
    return before.inTopic(log);
  }
}
