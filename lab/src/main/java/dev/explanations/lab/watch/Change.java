package dev.explanations.lab.watch;

/**
 * The breaker's state or the worker's health is another.
 *
 * @param nanos {@link System#nanoTime} when it was seen
 */
public record Change(long nanos, Sighting before, Sighting now) {

  public boolean ofBreaker() {
    return before.breaker() != now.breaker();
  }

  public boolean ofHealth() {
    return !before.health().equals(now.health());
  }
}
