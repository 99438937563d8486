package dev.explanations.lab.simulator.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuotaTest {

  /** Times of System.nanoTime may be negative, and pass zero. */
  private static final long START = -Duration.ofSeconds(5).toNanos();

  private final Quota quota = new Quota(3, Duration.ofSeconds(10));

  @Test
  void take_admitsSoMany_thenSaysWhenTheNextMayCome() {
    assertThat(take(0)).isZero();
    assertThat(take(2_000)).isZero();
    assertThat(take(4_000)).isZero();

    assertThat(take(4_000)).isEqualTo(Duration.ofSeconds(6));
    assertThat(take(9_999)).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void take_slidesWithTheWindow() {
    take(0);
    take(2_000);
    take(4_000);

    assertThat(take(10_000)).isZero();
    assertThat(take(10_000)).isEqualTo(Duration.ofSeconds(2));
    assertThat(take(12_000)).isZero();
    assertThat(take(14_000)).isZero();
    assertThat(take(14_000)).isEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void take_doesNotCountRefusedCalls() {
    take(0);
    take(0);
    take(0);
    for (int i = 0; i < 100; i++) {
      assertThat(take(5_000)).isEqualTo(Duration.ofSeconds(5));
    }

    assertThat(take(10_000)).isZero();
  }

  @Test
  void take_roundsUp_soThatTheDelayIsLongEnough() {
    Quota one = new Quota(1, Duration.ofSeconds(1));
    one.take(START);

    Duration delay = one.take(START + 1);

    assertThat(delay).isEqualTo(Duration.ofSeconds(1));
    assertThat(one.take(START + 1 + delay.toNanos())).isZero();
  }

  @Test
  void quota_mustAdmitSomething() {
    assertThatIllegalArgumentException().isThrownBy(() -> Quota.perMinute(0));
  }

  private Duration take(long millis) {
    return quota.take(START + Duration.ofMillis(millis).toNanos());
  }
}
