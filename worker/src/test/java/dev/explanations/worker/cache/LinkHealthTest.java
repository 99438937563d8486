package dev.explanations.worker.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.cache.CacheTierHealth.State;
import dev.explanations.worker.fixture.ManualClock;
import dev.explanations.worker.logging.CapturedLog;
import dev.explanations.worker.logging.GuideLog;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class LinkHealthTest {

  @AutoClose private final CapturedLog log = new CapturedLog();
  private final ManualClock clock = new ManualClock();
  private final LinkHealth health = new LinkHealth("redis.example", 6379, clock);

  @Test
  void refusals_areOneChange_untilNoneCameForHalfAMinute() {
    health.answered();
    for (int i = 0; i < 100; i++) {
      health.refused("OOM");
      health.wrote();
      clock.advance(Duration.ofSeconds(20));
    }
    assertThat(health.current().state()).isEqualTo(State.READ_ONLY);
    assertThat(health.current().lastError()).isEqualTo("OOM");

    clock.advance(Duration.ofMillis(9_999));
    health.wrote();
    assertThat(health.current().state()).isEqualTo(State.READ_ONLY);
    clock.advance(Duration.ofMillis(1));
    health.wrote();

    assertThat(health.current())
        .isEqualTo(new CacheTierHealth(State.CONNECTED, null, clock.instant()));
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
        .isEqualTo(new CacheTierHealth(State.CONNECTING, "second", clock.instant()));

    health.answered();
    health.failed("third");
    assertThat(health.current())
        .isEqualTo(new CacheTierHealth(State.CONNECTED, null, clock.instant()));
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
    assertThat(health.current())
        .isEqualTo(new CacheTierHealth(State.LOST, "gone", clock.instant()));

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
