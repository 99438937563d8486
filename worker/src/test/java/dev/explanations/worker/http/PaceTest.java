package dev.explanations.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PaceTest {
  private int turns;
  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final Pace pace = new Pace(Duration.ofMillis(10), 2, () -> now);
  private final Pace burst = new Pace(Duration.ofSeconds(1), 2, () -> now);

  /** In milliseconds; -1 for whoever is sent away. */
  private List<Long> take(int count) {
    List<Long> taken =
        Stream.generate(pace::untilSlot)
            .limit(count)
            .map(turn -> turn.map(Duration::toMillis).orElse(-1L))
            .toList();
    turns += (int) taken.stream().filter(turn -> turn >= 0).count();
    return taken;
  }

  @Test
  void untilSlot_growsByAnInterval_untilAsManyWaitAsMay() {
    assertThat(take(6)).containsExactly(0L, 10L, 20L, -1L, -1L, -1L);
  }

  @Test
  void untilSlot_shrinksAsTimePasses() {
    take(3);
    now = now.plusMillis(15);
    assertThat(take(2)).containsExactly(15L, -1L);
    now = now.plusSeconds(1);
    assertThat(take(1)).containsExactly(0L);
  }

  @Test
  void untilSlot_isNeverFasterThanThePace_howeverManyCome() {
    for (int i = 0; i < 1_000; i++) {
      take(3);
      now = now.plusMillis(1);
    }

    // those of the first turn, one after each interval, and those that wait still
    assertThat(turns).isBetween(100, 103);
  }

  @Test
  void untilSlot_goesOn_whenTheClockIsSetBack() {
    take(3);
    now = now.minusSeconds(3_600);
    assertThat(take(1)).containsExactly(0L);
    now = now.plusMillis(100);
    assertThat(take(1)).containsExactly(0L);
  }

  private int takeAll() {
    int taken = 0;
    while (taken < 100 && burst.tryTake()) {
      taken++;
    }
    return taken;
  }

  @Test
  void tryTake_givesTheBurst_andOneMoreAfterEachInterval() {
    assertThat(takeAll()).isEqualTo(3);
    now = now.plusMillis(999);
    assertThat(takeAll()).isZero();
    now = now.plusMillis(1);
    assertThat(takeAll()).isEqualTo(1);
    now = now.plusSeconds(2);
    assertThat(takeAll()).isEqualTo(2);
    now = now.plusSeconds(3_600);
    assertThat(takeAll()).isEqualTo(3);
  }

  @Test
  void tryTake_goesOn_whenTheClockIsSetBack() {
    takeAll();
    now = now.minusSeconds(3_600);
    assertThat(takeAll()).isEqualTo(3);
  }
}
