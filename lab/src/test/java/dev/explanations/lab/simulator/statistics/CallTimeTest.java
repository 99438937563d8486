package dev.explanations.lab.simulator.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallTimeTest {

  private static final Duration WINDOW = Duration.ofSeconds(60);

  @Test
  void mostWithin_findsTheBusiestWindow() {
    assertThat(CallTime.mostWithin(WINDOW, calls(0, 10, 50, 65, 66, 69, 200, 201))).isEqualTo(5);
  }

  @Test
  void mostWithin_leavesOutACallAWholeWindowLater() {
    assertThat(CallTime.mostWithin(WINDOW, calls(0, 60, 120))).isEqualTo(1);
  }

  @Test
  void mostWithin_isZero_withoutCalls() {
    assertThat(CallTime.mostWithin(WINDOW, List.of())).isZero();
  }

  @Test
  void firstWith_isWhenSoManyHadBegun_andNotEnded() {
    List<CallTime> calls = List.of(call(0, 10), call(1, 3), call(4, 10), call(5, 10), call(6, 10));

    assertThat(CallTime.firstWith(2, calls)).hasValue(1);
    assertThat(CallTime.firstWith(3, calls)).hasValue(5);
    assertThat(CallTime.firstWith(5, calls)).isEmpty();
  }

  @Test
  void firstWith_countsCallsWithoutAReply() {
    CallTime hanging = new CallTime(0, 0, CallTime.NO_REPLY, Duration.ZERO);

    assertThat(CallTime.firstWith(2, List.of(hanging, call(7, 8)))).hasValue(7);
  }

  private static CallTime call(long arrived, long replied) {
    return new CallTime(arrived, replied, 200, Duration.ZERO);
  }

  private static List<CallTime> calls(long... seconds) {
    return Arrays.stream(seconds)
        .mapToObj(
            second -> new CallTime(Duration.ofSeconds(second).toNanos(), 0, 200, Duration.ZERO))
        .toList();
  }
}
