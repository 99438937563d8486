package dev.explanations.worker.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PaceTest {
  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final Pace pace = new Pace(Duration.ofMillis(10), Duration.ofMillis(25), () -> now);

  private List<Long> take(int count) {
    return Stream.generate(pace::untilTurn).limit(count).map(Duration::toMillis).toList();
  }

  @Test
  void untilTurn_growsByAnInterval_toTheLongestAndNoFurther() {
    assertThat(take(6)).containsExactly(0L, 10L, 20L, 25L, 25L, 25L);
  }

  @Test
  void untilTurn_shrinksAsTimePasses() {
    take(3);
    now = now.plusMillis(15);
    assertThat(take(2)).containsExactly(15L, 25L);
    now = now.plusSeconds(1);
    assertThat(take(1)).containsExactly(0L);
  }

  @Test
  void untilTurn_isNeverLongerThanTheLongest_whenTheClockIsSetBack() {
    take(3);
    now = now.minusSeconds(3_600);
    assertThat(take(1)).containsExactly(25L);
    now = now.plusMillis(100);
    assertThat(take(1)).containsExactly(0L);
  }
}
