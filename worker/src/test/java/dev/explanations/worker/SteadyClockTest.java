package dev.explanations.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

  private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

  private Instant wall = NOON;
  private long nanos;
  private final SteadyClock clock = new SteadyClock(() -> wall, () -> nanos);

  @Test
  void instant_isThatOfTheWallClock_whichIsSetForwardToo() {
    pass(Duration.ofSeconds(1));
    assertThat(clock.instant()).isEqualTo(NOON.plusSeconds(1));

    wall = NOON.plusSeconds(3_600);

    assertThat(clock.instant()).isEqualTo(wall);
    assertThat(clock.ahead()).isZero();
  }

  @Test
  void instant_neverGoesBack_andMeetsTheWallClockAgain() {
    wall = NOON.minusSeconds(3);
    assertThat(clock.instant()).isEqualTo(NOON);
    assertThat(clock.ahead()).isEqualTo(Duration.ofSeconds(3));

    Instant before = clock.instant();
    for (int second = 0; second < 30; second++) {
      pass(Duration.ofSeconds(1));
      Instant now = clock.instant();
      // a duration is never shorter than nine tenths of what it was
      assertThat(Duration.between(before, now)).isBetween(ms(900), ms(1000));
      before = now;
    }
    assertThat(clock.ahead()).isZero();
    assertThat(clock.instant()).isEqualTo(wall);
  }

  @Test
  void watch_tellsOnce_whenTheClockIsSetBackByMoreThanItCanBear() {
    List<Duration> told = new ArrayList<>();
    try (ClockWatch watch = new ClockWatch(clock::ahead, told::add)) {
      wall = NOON.minusSeconds(5);
      watch.look();
      assertThat(watch.isWrong()).isFalse();

      // two small steps are one
      wall = wall.minusSeconds(3);
      watch.look();
      watch.look();

      assertThat(told).containsExactly(Duration.ofSeconds(8));
      assertThat(watch.isWrong()).isTrue();
    }
  }

  private void pass(Duration time) {
    wall = wall.plus(time);
    nanos += time.toNanos();
  }

  private static Duration ms(long millis) {
    return Duration.ofMillis(millis);
  }
}
