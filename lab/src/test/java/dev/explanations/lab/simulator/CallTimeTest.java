package dev.explanations.lab.simulator;

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

  private static List<CallTime> calls(long... seconds) {
    return Arrays.stream(seconds)
        .mapToObj(
            second -> new CallTime(Duration.ofSeconds(second).toNanos(), 0, 200, Duration.ZERO))
        .toList();
  }
}
