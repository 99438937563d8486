package dev.explanations.worker.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A changelog that is cleaned while it is restored, by a clock that the test moves. */
class TombstonesTest {

  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

  /** At 10 MB/s, each of the largest explanations. */
  private static final Duration EXPLANATION = Duration.ofMillis(5);

  /** A log with an entry at offset 0 and its tombstone at offset 1. */
  private static final class Changelog {
    private final TreeMap<Long, Boolean> alive = new TreeMap<>(Map.of(0L, true, 1L, false));
    private final Duration tombstonesKept;
    private Instant cleaned = Instant.MAX;

    Changelog(Duration tombstonesKept) {
      this.tombstonesKept = tombstonesKept;
    }

    /** As the broker's cleaner: the entry first, its tombstone once it was kept long enough. */
    void clean(Instant now) {
      if (alive.remove(0L) != null) {
        cleaned = now;
      } else if (!now.isBefore(cleaned.plus(tombstonesKept))) {
        alive.remove(1L);
      }
    }

    boolean hasTombstone() {
      return alive.containsKey(1L);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1_000, 1_000_000, 1_000_000_000})
  void restoreOfAllExplanations_readsTheTombstoneOfWhatItReadFirst(int entries) {
    Changelog pending = new Changelog(TaskStores.tombstonesKept(entries));
    // the entry is read, and cleaned away a moment later
    pending.clean(START);

    // state that was left for as long as it is kept, and then all of the cache comes first
    Instant restored =
        START.plus(TaskStores.STATE_KEPT.multipliedBy(2)).plus(EXPLANATION.multipliedBy(entries));
    pending.clean(restored);

    assertThat(pending.hasTombstone()).as("else the answered request would wait again").isTrue();
  }

  @Test
  void tombstones_goAfterThatTime() {
    Changelog pending = new Changelog(TaskStores.tombstonesKept(1_000_000));
    pending.clean(START);
    pending.clean(START.plus(Duration.ofMinutes(104)));

    assertThat(pending.hasTombstone()).isFalse();
  }
}
