package dev.explanations.worker.http;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Caches an expensive value for a second. One caller makes it for all who ask meanwhile, so that it
 * is at most a second older than its making takes. Thread-safe.
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

  /** Waits while another caller makes the value. Rethrows what making throws, caching nothing. */
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
