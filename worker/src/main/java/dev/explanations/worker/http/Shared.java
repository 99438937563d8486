package dev.explanations.worker.http;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that costs much to make: at most one is made a second, by one caller, for all who ask
 * meanwhile. So it is a second old at most, and the time of its making. Thread-safe.
 */
public final class Shared<T> implements Supplier<T> {

  private static final long INTERVAL = Duration.ofSeconds(1).toNanos();

  private final Supplier<T> maker;
  private final LongSupplier nanoTime;
  private @Nullable T made;
  private long madeAt;

  public Shared(Supplier<T> maker, LongSupplier nanoTime) {
    this.maker = maker;
    this.nanoTime = nanoTime;
  }

  /** Waits while another caller makes it. Throws what making it throws, and keeps nothing then. */
  @Override
  public synchronized T get() {
    T value = made;
    long now = nanoTime.getAsLong();
    if (value == null || now - madeAt >= INTERVAL) {
      value = maker.get();
      made = value;
      madeAt = now;
    }
    return value;
  }
}
