package dev.explanations.lab.simulator.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryMarginsTest {

  private static final Duration GRACE = Duration.ofMillis(100);

  @Test
  void of_measuresFromTheEndOfTheDelay() {
    RetryMargins margins = margins(throttled(0, 10, 3_700), answered(3_750));

    assertThat(margins).isEqualTo(new RetryMargins(1, 0, 0, Duration.ofMillis(40)));
  }

  @Test
  void of_countsCallsThatDidNotWait() {
    RetryMargins margins = margins(throttled(0, 10, 3_700), answered(500), answered(3_800));

    assertThat(margins).isEqualTo(new RetryMargins(1, 0, 1, Duration.ofMillis(-3_210)));
  }

  @Test
  void of_excusesCallsThatWereOnTheWay() {
    RetryMargins margins = margins(throttled(0, 10, 3_700), answered(5), answered(60));

    assertThat(margins).isEqualTo(new RetryMargins(1, 1, 0, null));
  }

  @Test
  void of_holdsCallsToTheLongestDelayKnown() {
    // the second reply asks for less, the third came just before the call
    RetryMargins margins =
        margins(
            throttled(0, 10, 5_000),
            throttled(0, 20, 1_000),
            throttled(0, 4_950, 3_000),
            answered(5_000),
            answered(7_960));

    assertThat(margins).isEqualTo(new RetryMargins(3, 0, 1, Duration.ofMillis(-10)));
  }

  @Test
  void of_ignoresRepliesWithoutADelay() {
    RetryMargins margins = margins(throttled(0, 10, 0), answered(200));

    assertThat(margins).isEqualTo(new RetryMargins(0, 0, 0, null));
  }

  private static RetryMargins margins(CallTime... calls) {
    return RetryMargins.of(List.of(calls), GRACE);
  }

  private static CallTime throttled(long arrived, long replied, long delay) {
    return new CallTime(nanos(arrived), nanos(replied), 429, Duration.ofMillis(delay));
  }

  private static CallTime answered(long arrived) {
    return new CallTime(nanos(arrived), nanos(arrived + 1), 200, Duration.ZERO);
  }

  private static long nanos(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }
}
