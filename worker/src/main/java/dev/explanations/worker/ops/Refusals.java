package dev.explanations.worker.ops;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs refused commands, at most one a minute: who guesses tokens must not fill the disk. */
final class Refusals {
  static final Duration QUIET = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(Refusals.class);

  private final InstantSource clock;
  private Instant next = Instant.MIN;
  private long unlogged;

  Refusals(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * @param attempt fit for the log
   */
  void add(String attempt) {
    long before;
    synchronized (this) {
      Instant now = clock.instant();
      if (now.isBefore(next)) {
        unlogged++;
        return;
      }
      next = now.plus(QUIET);
      before = unlogged;
      unlogged = 0;
    }
    log.warn("Control refused: {}; {} others were, since the last such line", attempt, before);
  }
}
