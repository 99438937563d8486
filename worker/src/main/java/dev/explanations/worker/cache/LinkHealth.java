package dev.explanations.worker.cache;

import dev.explanations.worker.cache.CacheTierHealth.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Remembers how Redis was last seen and logs each change once. Thread-safe. */
final class LinkHealth {

  private static final Logger log = LoggerFactory.getLogger(LinkHealth.class);

  /** A Redis at the edge of its memory takes one value and refuses the next. */
  private static final Duration NO_REFUSAL = Duration.ofSeconds(30);

  private final String host;
  private final int port;
  private final Clock clock;
  private volatile CacheTierHealth current;
  private boolean everReached;
  private Instant lastRefusal = Instant.MIN;

  LinkHealth(String host, int port, Clock clock) {
    this.host = host;
    this.port = port;
    this.clock = clock;
    this.current = new CacheTierHealth(State.CONNECTING, null, clock.instant());
  }

  CacheTierHealth current() {
    return current;
  }

  void answered() {
    if (current.state() == State.CONNECTING) {
      reached(State.CONNECTING);
    }
  }

  void back() {
    reached(State.LOST);
  }

  private synchronized void reached(State from) {
    if (current.state() != from) {
      return;
    }
    become(State.CONNECTED, null);
    if (everReached) {
      changed(Level.INFO).log("Redis is back");
    } else {
      everReached = true;
      changed(Level.INFO).log("Redis cache initialized successfully");
    }
  }

  /** A command failed, which by itself does not change anything. */
  void failed(String error) {
    CacheTierHealth seen = current;
    if (!seen.connected() && !error.equals(seen.lastError())) {
      noted(error);
    }
  }

  private synchronized void noted(String error) {
    if (!current.connected()) {
      current = new CacheTierHealth(current.state(), error, current.since());
    }
  }

  /** Too many commands failed: none is sent for now. */
  synchronized void lost(String error) {
    if (current.state() != State.LOST) {
      become(State.LOST, error);
      changed(Level.WARN)
          .addKeyValue("error", error)
          .log(
              everReached
                  ? "Redis is lost: the worker goes on without it"
                  : "Redis is not there: the worker goes on without it");
    }
  }

  /** Redis refused a write. */
  synchronized void refused(String error) {
    lastRefusal = clock.instant();
    if (current.state() == State.CONNECTED) {
      become(State.READ_ONLY, error);
      changed(Level.WARN).addKeyValue("error", error).log("Redis refuses to write");
    }
  }

  void wrote() {
    if (current.state() == State.READ_ONLY) {
      wroteAgain();
    }
  }

  private synchronized void wroteAgain() {
    if (current.state() == State.READ_ONLY
        && !clock.instant().isBefore(lastRefusal.plus(NO_REFUSAL))) {
      become(State.CONNECTED, null);
      changed(Level.INFO).log("Redis writes again");
    }
  }

  private void become(State state, @Nullable String error) {
    current = new CacheTierHealth(state, error, clock.instant());
  }

  /** One line per change of state. Messages are constant, so that alerts on their text work. */
  private LoggingEventBuilder changed(Level level) {
    return log.atLevel(level).addKeyValue("host", host).addKeyValue("port", port);
  }
}
