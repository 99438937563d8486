package dev.explanations.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LimitsTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  @Test
  void inFlight_startsLow_doublesByRound_andFallsBackAfterARunOfFailures() {
    InFlightLimit limit = new InFlightLimit(100);
    assertThat(limit.current()).isEqualTo(16);
    for (int i = 0; i < 16; i++) {
      limit.onSuccess();
    }
    assertThat(limit.current()).isEqualTo(32);
    for (int i = 0; i < 1_000; i++) {
      limit.onSuccess();
    }
    assertThat(limit.current()).isEqualTo(100);
    for (int i = 0; i < 4; i++) {
      limit.onFailure();
    }
    assertThat(limit.current()).isEqualTo(100);
    limit.onFailure();
    assertThat(limit.current()).isEqualTo(16);
  }

  @Test
  void inFlight_isHalvedOnceForABurst_andGrowsBackByOneARound() {
    InFlightLimit limit = new InFlightLimit(100);
    for (int i = 0; i < 100; i++) {
      limit.onSuccess();
    }
    long burst = limit.epoch();
    for (int i = 0; i < 100; i++) {
      limit.onThrottled(burst);
    }
    assertThat(limit.current()).isEqualTo(50);
    limit.onThrottled(limit.epoch());
    assertThat(limit.current()).isEqualTo(25);

    for (int i = 0; i < 25 + 26; i++) {
      limit.onSuccess();
    }
    assertThat(limit.current()).isEqualTo(27);
    for (int i = 0; i < 10_000; i++) {
      limit.onSuccess();
    }
    assertThat(limit.current()).isEqualTo(100);
  }

  @Test
  void inFlight_neverFallsBelowOne() {
    InFlightLimit limit = new InFlightLimit(3);
    for (int i = 0; i < 10; i++) {
      limit.onThrottled(limit.epoch());
    }
    assertThat(limit.current()).isEqualTo(1);
  }

  @Test
  void pause_lastsForTheDelayThatWasNamed_andALaterOneOnlyExtendsIt() {
    Cooldown pause = new Cooldown(Duration.ofSeconds(1), Duration.ofSeconds(60));
    long burst = pause.epoch();
    pause.throttled(burst, Duration.ofMillis(3_700), NOON);
    assertThat(pause.lasts(NOON.plusMillis(3_699))).isTrue();
    assertThat(pause.lasts(NOON.plusMillis(3_700))).isFalse();

    pause.throttled(burst, Duration.ofSeconds(1), NOON.plusMillis(10));
    assertThat(pause.until()).isEqualTo(NOON.plusMillis(3_700));
    pause.throttled(burst, Duration.ofSeconds(5), NOON.plusMillis(10));
    assertThat(pause.until()).isEqualTo(NOON.plusMillis(5_010));
  }

  @Test
  void pauseWithoutADelay_doublesWithEachRound_notWithEachCall() {
    Cooldown pause = new Cooldown(Duration.ofSeconds(1), Duration.ofSeconds(5));
    Instant now = NOON;
    for (long seconds : List.of(1L, 2L, 4L, 5L, 5L)) {
      long burst = pause.epoch();
      for (int i = 0; i < 50; i++) {
        pause.throttled(burst, null, now);
      }
      assertThat(Duration.between(now, pause.until())).isEqualTo(Duration.ofSeconds(seconds));
      now = pause.until();
    }
    pause.succeeded(pause.epoch());
    pause.throttled(pause.epoch(), null, now);
    assertThat(Duration.between(now, pause.until())).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void minute_neverHoldsMoreThanTheLimit_whereverItBegins() {
    int limit = 60;
    MinuteWindow window = new MinuteWindow(limit);
    List<Instant> calls = new ArrayList<>();
    Random random = new Random(7);
    Instant now = NOON;
    while (calls.size() < 600) {
      if (window.admits(1, now)) {
        window.spend(1, now);
        calls.add(now);
        now = now.plusMillis(random.nextInt(300));
      } else {
        Instant at = window.admitsAt(1, now);
        assertThat(at).isAfter(now);
        now = at;
        assertThat(window.admits(1, now)).as("at the time it gave").isTrue();
      }
    }
    for (int i = limit; i < calls.size(); i++) {
      assertThat(Duration.between(calls.get(i - limit), calls.get(i)))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(60));
    }
    assertThat(Duration.between(NOON, calls.getLast()))
        .as("and not much less than it allows")
        .isLessThan(Duration.ofSeconds(10 * 64));
  }

  @Test
  void estimates_areCorrectedInTheirOwnSecond() {
    MinuteWindow window = new MinuteWindow(1_000);
    window.spend(900, NOON);
    assertThat(window.admits(200, NOON)).isFalse();
    window.correct(-500, NOON, NOON.plusSeconds(5));
    assertThat(window.admits(600, NOON.plusSeconds(5))).isTrue();
    assertThat(window.admits(601, NOON.plusSeconds(5))).isFalse();
    assertThat(window.admits(1_000, NOON.plusSeconds(63))).isTrue();
    window.correct(-500, NOON, NOON.plusSeconds(63));
    window.spend(1_000, NOON.plusSeconds(63));
    assertThat(window.admits(1, NOON.plusSeconds(63))).as("too late to be corrected").isFalse();
  }

  @Test
  void more_thanTheWholeLimit_goesAlone() {
    MinuteWindow window = new MinuteWindow(10);
    assertThat(window.admits(50, NOON)).isTrue();
    window.spend(50, NOON);
    assertThat(window.admits(1, NOON)).isFalse();
    assertThat(window.admitsAt(50, NOON)).isEqualTo(NOON.plusSeconds(63));
  }

  @Test
  void noLimit_admitsAll() {
    MinuteWindow window = new MinuteWindow(0);
    window.spend(Integer.MAX_VALUE, NOON);
    assertThat(window.admits(Integer.MAX_VALUE, NOON)).isTrue();
  }
}
