package dev.explanations.worker.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * Decides how long a stream thread waits for records. Kafka Streams would wait for {@code poll.ms}
 * each time, and commits and rings alarms only between two polls. Here the first wait after
 * activity is as long as the commit interval, each later one as long as the thread has been idle,
 * up to half a second; an alarm ends any of them. Used by one thread.
 */
final class PollTime {

  private static final Duration LONGEST = Duration.ofMillis(500);

  /** Shortest wait, whatever time an alarm is set to. */
  private static final Duration AT_LEAST = Duration.ofMillis(1);

  private final Duration shortest;
  private final Supplier<Instant> nextAlarm;
  private Instant active;

  /** {@code nextAlarm}: when the calling thread next has something to do without a record. */
  PollTime(Duration commitInterval, Supplier<Instant> nextAlarm, Instant now) {
    // Kafka Streams commits when more than the interval has passed, hence one millisecond more
    this.shortest = commitInterval.plusMillis(1);
    this.nextAlarm = nextAlarm;
    this.active = now;
  }

  Duration next(Instant now) {
    Duration quiet = Duration.between(active, now);
    Duration longest = quiet.compareTo(LONGEST) < 0 ? quiet : LONGEST;
    Instant end = now.plus(longest.compareTo(shortest) < 0 ? shortest : longest);
    Instant alarm = nextAlarm.get();
    Duration wait = Duration.between(now, alarm.isBefore(end) ? alarm : end);
    return wait.compareTo(AT_LEAST) < 0 ? AT_LEAST : wait;
  }

  void polled(boolean records, Instant now) {
    if (records || !nextAlarm.get().isAfter(now)) {
      active = now;
    }
  }
}
