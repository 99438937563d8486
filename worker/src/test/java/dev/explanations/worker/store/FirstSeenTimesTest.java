package dev.explanations.worker.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FirstSeenTimesTest {
  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

  private static Instant after(long seconds) {
    return START.plusSeconds(seconds);
  }

  @Test
  void oldest_isTheFirstSecondInWhichOneCameThatStillWaits() {
    FirstSeenTimes firstSeenTimes = new FirstSeenTimes();
    assertThat(firstSeenTimes.oldest()).isNull();
    firstSeenTimes.add(after(5).plusMillis(300));
    firstSeenTimes.add(after(5).plusMillis(900));
    firstSeenTimes.add(after(7));

    firstSeenTimes.remove(after(5).plusMillis(900));
    assertThat(firstSeenTimes.oldest()).isEqualTo(after(5));
    firstSeenTimes.remove(after(5).plusMillis(300));
    assertThat(firstSeenTimes.oldest()).isEqualTo(after(7));
    firstSeenTimes.remove(after(7));
    assertThat(firstSeenTimes.oldest()).isNull();
  }

  @Test
  void removeAny_takesOneOfTheFirst() {
    FirstSeenTimes firstSeenTimes = new FirstSeenTimes();
    firstSeenTimes.removeAny();
    firstSeenTimes.add(after(1));
    firstSeenTimes.add(after(9));
    firstSeenTimes.remove(after(5));
    firstSeenTimes.removeAny();

    assertThat(firstSeenTimes.oldest()).isEqualTo(after(9));
  }

  @Test
  void add_growsCoarser_ratherThanLarger() {
    FirstSeenTimes firstSeenTimes = new FirstSeenTimes();
    int many = 3 * FirstSeenTimes.MAX_COUNTS;
    for (int i = 0; i < many; i++) {
      firstSeenTimes.add(after(i));
    }
    for (int i = 0; i < many - 1; i++) {
      firstSeenTimes.remove(after(i));
    }

    assertThat(firstSeenTimes.oldest())
        .isBetween(after(many - 1).minus(Duration.ofSeconds(4)), after(many - 1));
    firstSeenTimes.remove(after(many - 1));
    assertThat(firstSeenTimes.oldest()).isNull();
  }
}
