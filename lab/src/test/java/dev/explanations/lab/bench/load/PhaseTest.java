package dev.explanations.lab.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PhaseTest {

  /** Four requests, asked at 0, 10, 20 and 30 ms. */
  private static final long[] ASKED = nanos(0, 10, 20, 30);

  @Test
  void waitingAt_takesThoseAskedBefore_andAnsweredLaterOrNever() {
    long[] answered = nanos(15, 80, 0, 90);
    int[] answers = {1, 1, 0, 1};

    Phase waiting = Phase.waitingAt(ASKED, answered, answers, 0, 4, nanos(25)[0]);

    assertThat(waiting.requests()).isEqualTo(2);
    assertThat(waiting.results()).isEqualTo(1);
    assertThat(waiting.lost()).isEqualTo(1);
    assertThat(waiting.firstAfter(nanos(25)[0])).isEqualTo(Duration.ofMillis(55));
    assertThat(waiting.latency(1)).isEqualTo(Duration.ofMillis(70));
  }

  @Test
  void waitingAt_countsDoubledResults() {
    Phase waiting =
        Phase.waitingAt(ASKED, nanos(50, 60, 70, 80), new int[] {1, 3, 1, 1}, 1, 3, nanos(40)[0]);

    assertThat(waiting.requests()).isEqualTo(2);
    assertThat(waiting.doubled()).isEqualTo(2);
  }

  @Test
  void waitingAt_isEmpty_whenNobodyWaits() {
    Phase waiting =
        Phase.waitingAt(ASKED, nanos(1, 11, 21, 31), new int[] {1, 1, 1, 1}, 0, 4, nanos(40)[0]);

    assertThat(waiting.requests()).isZero();
    assertThat(waiting.results()).isZero();
    assertThat(waiting.whole()).isZero();
  }

  @Test
  void longestGap_isThatOfThoseResultsOnly() {
    Phase phase = Phase.of(ASKED, nanos(10, 90, 120, 130), new int[] {1, 1, 1, 1}, 0, 4);

    assertThat(phase.longestGap()).isEqualTo(Duration.ofMillis(80));
    assertThat(phase.longestGap(1, 3)).isEqualTo(Duration.ofMillis(30));
    assertThat(phase.longestGap(2, 3)).isEqualTo(Duration.ofMillis(10));
  }

  @Test
  void lastAfter_isNegative_whenAllHadCome() {
    Phase phase = Phase.of(ASKED, nanos(10, 90, 120, 130), new int[] {1, 1, 1, 1}, 0, 4);

    assertThat(phase.lastAfter(nanos(100)[0])).isEqualTo(Duration.ofMillis(30));
    assertThat(phase.lastAfter(nanos(140)[0])).isEqualTo(Duration.ofMillis(-10));
  }

  private static long[] nanos(long... millis) {
    long[] nanos = new long[millis.length];
    for (int i = 0; i < millis.length; i++) {
      nanos[i] = Duration.ofMillis(millis[i]).toNanos();
    }
    return nanos;
  }
}
