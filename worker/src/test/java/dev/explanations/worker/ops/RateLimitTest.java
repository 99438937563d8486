package dev.explanations.worker.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RateLimitTest {
  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final RateLimit limit = new RateLimit(3, Duration.ofSeconds(1), () -> now);

  private int takeAll() {
    int taken = 0;
    while (taken < 100 && limit.tryTake()) {
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
