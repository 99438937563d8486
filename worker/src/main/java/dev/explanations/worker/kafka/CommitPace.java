package dev.explanations.worker.kafka;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a stream thread without records commits before its commit interval has passed: at
 * once while it has little to do, and later the more it has handled lately. Each of a request's two
 * hops waits for a commit, but a commit costs as much as dozens of records. Used by one thread.
 */
final class CommitPace {

  /** Time constant of the load, a moving sum of records. */
  private static final Duration WINDOW = Duration.ofMillis(100);

  /** Up to this load a thread commits at once: 100 records a second. */
  private static final int LITTLE = 10;

  /** Delay of a commit for each record beyond: 100 ms at 600 records a second. */
  private static final Duration DELAY = Duration.ofMillis(2);

  private final Duration longest;
  private final InstantSource clock;
  private double load;
  private Instant measured;
  private @Nullable Instant due;

  /**
   * @param commitInterval time after which Kafka Streams commits by itself
   * @param clock never goes back
   */
  CommitPace(Duration commitInterval, InstantSource clock) {
    this.longest = commitInterval;
    this.clock = clock;
    this.measured = clock.instant();
  }

  /** The thread has sent a record, whose readers wait for the commit. */
  void sent() {
    if (due == null) {
      due = clock.instant().plus(delay());
    }
  }

  /** Everything that the thread has sent is committed or aborted. */
  void ended() {
    due = null;
  }

  /** Shortens the wait of the next poll so that it ends when a commit is due. */
  Duration patience(Duration wait) {
    if (due == null) {
      return wait;
    }
    Duration patience = Duration.between(clock.instant(), due);
    return patience.isNegative() ? Duration.ZERO : patience.compareTo(wait) < 0 ? patience : wait;
  }

  /** Reports the records of a poll; returns whether to commit now. */
  boolean polled(int records) {
    Instant now = clock.instant();
    double windows = (double) Duration.between(measured, now).toNanos() / WINDOW.toNanos();
    load = load * Math.exp(-windows) + records;
    measured = now;
    if (due == null || records > 0 || now.isBefore(due)) {
      return false;
    }
    // a rebalance refuses commits: ask again no sooner than Kafka Streams commits by itself
    due = now.plus(longest);
    return true;
  }

  private Duration delay() {
    Duration delay = DELAY.multipliedBy(Math.round(Math.max(0, load - LITTLE)));
    return delay.compareTo(longest) < 0 ? delay : longest;
  }
}
