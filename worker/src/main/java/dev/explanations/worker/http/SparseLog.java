package dev.explanations.worker.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs at most one warning a minute, so that strangers cannot fill the disk. Thread-safe. */
public final class SparseLog {
  static final Duration QUIET = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(SparseLog.class);

  private final String event;
  private final InstantSource clock;
  private Instant next = Instant.MIN;
  private long unlogged;

  /** Each line reports the event. */
  SparseLog(String event, InstantSource clock) {
    this.event = event;
    this.clock = clock;
  }

  /** Reports an event; the detail is printable. */
  void add(String detail) {
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
    log.warn("{}: {}; {} others were, since the last such line", event, detail, before);
  }
}
