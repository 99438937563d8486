package dev.explanations.lab.watch;

import java.util.List;
import java.util.OptionalLong;

/** The changes seen of a worker, the oldest first. */
public record ChangeHistory(List<Change> changes) {

  public ChangeHistory {
    changes = List.copyOf(changes);
  }

  /** How often the breaker was seen to open, probes that failed included. */
  public int timesOpened() {
    return (int) changes.stream().filter(change -> enters(change, BreakerState.OPEN)).count();
  }

  /** Whether the breaker was seen open, and closed after that. */
  public boolean openedAndClosed() {
    return changes.stream()
        .filter(change -> enters(change, BreakerState.OPEN))
        .findFirst()
        .map(opened -> firstSince(BreakerState.CLOSED, opened.nanos()).isPresent())
        .orElse(false);
  }

  /** When the breaker was first seen to enter that state, at that time or later. */
  public OptionalLong firstSince(BreakerState state, long nanos) {
    return changes.stream()
        .filter(change -> enters(change, state) && change.nanos() - nanos >= 0)
        .mapToLong(Change::nanos)
        .findFirst();
  }

  /** When the worker's health was first seen to become that, at that time or later. */
  public OptionalLong firstSince(String health, long nanos) {
    return changes.stream()
        .filter(change -> change.ofHealth() && change.now().health().equals(health))
        .filter(change -> change.nanos() - nanos >= 0)
        .mapToLong(Change::nanos)
        .findFirst();
  }

  private static boolean enters(Change change, BreakerState state) {
    return change.ofBreaker() && change.now().breaker() == state;
  }
}
