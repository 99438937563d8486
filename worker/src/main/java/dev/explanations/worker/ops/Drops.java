package dev.explanations.worker.ops;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs dropped and refused connections, at most once a minute. Thread-safe. */
final class Drops {
  static final Duration QUIET = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(Drops.class);

  private final InstantSource clock;
  private Instant next = Instant.MIN;
  private long unlogged;

  /** Why a connection was closed without an answer. */
  enum Cause {
    TOO_MANY("there were " + ConnectionGuard.MAX_CONNECTIONS + " others"),
    TOO_SLOW("its request or its answer took too long"),
    NOT_ACCEPTED("the process has no file descriptor left for it, or the system refused it");

    private final String words;

    Cause(String words) {
      this.words = words;
    }
  }

  Drops(InstantSource clock) {
    this.clock = clock;
  }

  void add(Cause cause) {
    long before;
    synchronized (this) {
      Instant now = clock.instant();
      // also when the clock was set back
      if (now.isBefore(next) && next.isBefore(now.plus(QUIET).plusNanos(1))) {
        unlogged++;
        return;
      }
      next = now.plus(QUIET);
      before = unlogged;
      unlogged = 0;
    }
    log.warn(
        "HTTP connection dropped: {}; {} more were, since the last such line", cause.words, before);
  }
}
