package dev.explanations.worker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.LongSupplier;

/**
 * A wall clock that never goes back. When the machine's clock is set forward this one follows at
 * once; when it is set back, this one goes on a tenth slower until both agree again. {@link #ahead}
 * is the difference. Thread-safe.
 */
final class SteadyClock extends Clock {

  /** While ahead it is slower by one part in ten. */
  private static final int SLOWER_BY = 10;

  private final InstantSource wall;
  private final LongSupplier nanoTime;
  private Instant last;
  private long lastNanos;

  SteadyClock() {
    this(InstantSource.system(), System::nanoTime);
  }

  SteadyClock(InstantSource wall, LongSupplier nanoTime) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.last = wall.instant();
    this.lastNanos = nanoTime.getAsLong();
  }

  @Override
  public Instant instant() {
    return read().steady();
  }

  /** How far the machine's clock is behind this one; zero unless it has been set back. */
  Duration ahead() {
    Reading reading = read();
    return Duration.between(reading.wall(), reading.steady());
  }

  private record Reading(Instant wall, Instant steady) {}

  private synchronized Reading read() {
    Instant now = wall.instant();
    long nanos = nanoTime.getAsLong();
    Duration passed = Duration.ofNanos(nanos - lastNanos);
    Instant slow = last.plus(passed).minus(passed.dividedBy(SLOWER_BY));
    lastNanos = nanos;
    last = now.isBefore(slow) ? slow : now;
    return new Reading(now, last);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  /** Unsupported: only instants are read. */
  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
