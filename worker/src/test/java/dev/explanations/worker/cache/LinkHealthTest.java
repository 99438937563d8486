package dev.explanations.worker.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.cache.CacheTierHealth.State;
import dev.explanations.worker.logging.CapturedLog;
import dev.explanations.worker.logging.GuideLog;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkHealthTest {

  private final CapturedLog log = new CapturedLog();
  private final StoppedClock clock = new StoppedClock();
  private final LinkHealth health = new LinkHealth("redis.example", 6379, clock);

  /** Time that passes when the test says so. */
  private static final class StoppedClock extends Clock {
    private Instant now = Instant.parse("2026-11-23T12:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  @Test
  void refusals_areOneChange_untilNoneCameForHalfAMinute() {
    health.answered();
    for (int i = 0; i < 100; i++) {
      health.refused("OOM");
      health.wrote();
      clock.now = clock.now.plusSeconds(20);
    }
    assertThat(health.current().state()).isEqualTo(State.READ_ONLY);
    assertThat(health.current().lastError()).isEqualTo("OOM");

    clock.now = clock.now.plus(Duration.ofMillis(9_999));
    health.wrote();
    assertThat(health.current().state()).isEqualTo(State.READ_ONLY);
    clock.now = clock.now.plusMillis(1);
    health.wrote();

    assertThat(health.current()).isEqualTo(new CacheTierHealth(State.CONNECTED, null, clock.now));
    assertThat(log.lines())
        .containsExactly(
            "INFO Redis cache initialized successfully host=redis.example port=6379",
            "WARN Redis refuses to write host=redis.example port=6379 error=OOM",
            "INFO Redis writes again host=redis.example port=6379");
  }

  @Test
  void failures_areNoChange_butAreRemembered_untilItIsReached() {
    health.failed("first");
    health.failed("second");
    assertThat(health.current())
        .isEqualTo(new CacheTierHealth(State.CONNECTING, "second", clock.now));

    health.answered();
    health.failed("third");
    assertThat(health.current()).isEqualTo(new CacheTierHealth(State.CONNECTED, null, clock.now));
    assertThat(log.lines()).hasSize(1);
    GuideLog.hasLine(log, "Redis cache initialized successfully");
  }

  @Test
  void lost_isLogged_andALateAnswerDoesNotEndIt() {
    health.answered();
    health.lost("gone");
    health.lost("still gone");
    health.answered();
    health.wrote();
    assertThat(health.current()).isEqualTo(new CacheTierHealth(State.LOST, "gone", clock.now));

    health.failed("no route");
    assertThat(health.current().lastError()).isEqualTo("no route");
    health.back();
    health.back();

    assertThat(health.current().state()).isEqualTo(State.CONNECTED);
    assertThat(log.lines())
        .containsExactly(
            "INFO Redis cache initialized successfully host=redis.example port=6379",
            "WARN Redis is lost: the worker goes on without it"
                + " host=redis.example port=6379 error=gone",
            "INFO Redis is back host=redis.example port=6379");
  }
}
