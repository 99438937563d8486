package dev.explanations.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.fixture.ManualClock;
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.logging.CapturedLog;
import dev.explanations.worker.logging.GuideLog;
import dev.explanations.worker.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BreakerTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final ManualClock clock = new ManualClock();
  private final Breaker breaker = breaker(true);

  private Breaker breaker(boolean enabled) {
    return new Breaker("google_ai", new Settings.CircuitBreaker(enabled, 5, TIMEOUT, 2), clock);
  }

  private long acquire() {
    return breaker.tryAcquire().orElseThrow();
  }

  private void fail() {
    breaker.failed(acquire(), "503");
  }

  private void succeed() {
    breaker.succeeded(acquire());
  }

  private void open() {
    for (int i = 0; i < 5; i++) {
      fail();
    }
    assertThat(state()).isEqualTo(State.OPEN);
  }

  private void halfOpen() {
    open();
    clock.advance(TIMEOUT);
    breaker.tick();
    assertThat(state()).isEqualTo(State.HALF_OPEN);
  }

  private State state() {
    return breaker.status().state();
  }

  @Test
  void belowTheThreshold_staysClosed() {
    for (int i = 0; i < 4; i++) {
      fail();
    }
    assertThat(breaker.status())
        .isEqualTo(new BreakerStatus("google_ai", State.CLOSED, 4, 0, clock.instant(), false));
  }

  @Test
  void success_resetsTheCount() {
    for (int i = 0; i < 4; i++) {
      fail();
    }
    succeed();
    assertThat(breaker.status().failures()).isZero();
    for (int i = 0; i < 4; i++) {
      fail();
    }
    assertThat(state()).isEqualTo(State.CLOSED);
    fail();
    assertThat(state()).isEqualTo(State.OPEN);
  }

  @Test
  void open_refusesUntilItsTime_andHalfOpensByTimeAlone() {
    open();
    assertThat(breaker.openUntil()).isEqualTo(clock.instant().plus(TIMEOUT));
    clock.advance(TIMEOUT.minusMillis(1));
    breaker.tick();
    assertThat(breaker.tryAcquire()).isEmpty();
    assertThat(state()).isEqualTo(State.OPEN);

    clock.advance(Duration.ofMillis(1));
    breaker.tick();

    assertThat(state()).isEqualTo(State.HALF_OPEN);
    assertThat(breaker.status().failures()).as("until a probe succeeds").isEqualTo(5);
  }

  @Test
  void halfOpen_letsAsManyThroughAsMustSucceed_andClosesWhenTheyDo() {
    halfOpen();
    long first = acquire();
    long second = acquire();
    assertThat(breaker.tryAcquire()).isEmpty();
    assertThat(breaker.admits()).isFalse();

    breaker.succeeded(first);
    assertThat(breaker.status().successes()).isEqualTo(1);
    assertThat(state()).isEqualTo(State.HALF_OPEN);
    breaker.succeeded(second);

    assertThat(breaker.status().state()).isEqualTo(State.CLOSED);
    assertThat(breaker.status().failures()).isZero();
    assertThat(breaker.status().successes()).isZero();
  }

  @Test
  void oneFailedProbe_opensAtOnce_whateverTheOtherDoes() {
    halfOpen();
    long first = acquire();
    long second = acquire();
    breaker.succeeded(first);

    breaker.failed(second, "503");

    assertThat(state()).isEqualTo(State.OPEN);
    assertThat(breaker.openUntil()).isEqualTo(clock.instant().plus(TIMEOUT));
  }

  @Test
  void failedProbe_opensBeforeTheOtherHasEnded_andTheOtherCountsForNothing() {
    halfOpen();
    long first = acquire();
    long second = acquire();

    breaker.failed(first, "503");
    assertThat(state()).isEqualTo(State.OPEN);
    breaker.succeeded(second);

    assertThat(state()).isEqualTo(State.OPEN);
    assertThat(breaker.status().successes()).isZero();
  }

  @Test
  void releasedProbe_letsAnotherOneThrough() {
    halfOpen();
    long first = acquire();
    acquire();

    breaker.released(first);

    assertThat(breaker.room()).isEqualTo(1);
    assertThat(breaker.tryAcquire()).isPresent();
    assertThat(breaker.tryAcquire()).isEmpty();
  }

  @Test
  void callsOfAnEarlierEpoch_changeNothing_howeverTheyEnd() {
    List<Long> early = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      early.add(acquire());
    }
    for (long epoch : early.subList(0, 100)) {
      breaker.failed(epoch, "503");
    }
    Instant opened = breaker.openUntil();
    assertThat(breaker.status().failures()).as("those after the fifth are late").isEqualTo(5);
    clock.advance(Duration.ofSeconds(30));
    for (long epoch : early.subList(100, 120)) {
      breaker.failed(epoch, "503");
    }
    assertThat(breaker.openUntil()).as("not extended").isEqualTo(opened);

    clock.advance(TIMEOUT);
    breaker.tick();
    for (long epoch : early.subList(120, 140)) {
      breaker.released(epoch);
    }
    assertThat(breaker.room()).as("no permit out of nothing").isEqualTo(2);
    for (long epoch : early.subList(140, 160)) {
      breaker.failed(epoch, "503");
      breaker.succeeded(epoch);
    }
    assertThat(state()).isEqualTo(State.HALF_OPEN);
    succeed();
    succeed();
    for (long epoch : early.subList(160, 200)) {
      breaker.failed(epoch, "503");
    }
    assertThat(breaker.status().failures()).isZero();
    assertThat(state()).isEqualTo(State.CLOSED);
  }

  @Test
  void probesThatNeverCome_leaveItHalfOpen() {
    halfOpen();
    clock.advance(Duration.ofDays(1));
    breaker.tick();
    assertThat(state()).isEqualTo(State.HALF_OPEN);
  }

  @Test
  void heldOpen_staysSo_untilReset() {
    long early = acquire();
    breaker.holdOpen();
    breaker.holdOpen();
    clock.advance(Duration.ofDays(1));
    breaker.tick();
    breaker.succeeded(early);
    assertThat(breaker.tryAcquire()).isEmpty();
    assertThat(breaker.status().state()).isEqualTo(State.OPEN);
    assertThat(breaker.status().forced()).isTrue();
    assertThat(breaker.openUntil()).isEqualTo(Instant.MAX);

    breaker.reset();

    assertThat(breaker.status())
        .isEqualTo(new BreakerStatus("google_ai", State.CLOSED, 0, 0, null, false));
    succeed();
  }

  @Test
  void reset_forgetsFailures_alsoThoseStillToCome() {
    open();
    breaker.reset();
    long early = acquire();
    for (int i = 0; i < 4; i++) {
      fail();
    }
    breaker.reset();
    breaker.failed(early, "503");
    assertThat(breaker.status().failures()).isZero();
    assertThat(breaker.status().lastFailure()).isNull();
  }

  @Test
  void slowSuccesses_openNothing() {
    for (int i = 0; i < 100; i++) {
      long epoch = acquire();
      clock.advance(Duration.ofSeconds(61));
      breaker.succeeded(epoch);
    }
    assertThat(state()).isEqualTo(State.CLOSED);
  }

  @Test
  void disabled_letsAllThrough_andStaysSo() {
    Breaker off = breaker(false);
    for (int i = 0; i < 20; i++) {
      off.failed(off.tryAcquire().orElseThrow(), "503");
    }
    assertThat(off.status())
        .isEqualTo(new BreakerStatus("google_ai", State.DISABLED, 0, 0, null, false));

    off.holdOpen();
    assertThat(off.admits()).isTrue();
    off.reset();

    assertThat(off.status().state()).isEqualTo(State.DISABLED);
  }

  @Test
  void changes_areLogged_inTheWordsOfTheGuide() {
    try (CapturedLog log = new CapturedLog()) {
      halfOpen();
      succeed();
      succeed();

      assertThat(state()).isEqualTo(State.CLOSED);
      GuideLog.hasLine(log, "Circuit breaker OPENED due to failures");
      GuideLog.hasLine(log, "Circuit breaker CLOSED after successful recovery");
    }
  }
}
