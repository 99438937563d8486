package dev.explanations.worker.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

  private static Instant after(long seconds) {
    return START.plusSeconds(seconds);
  }

  @Test
  void oldest_isTheFirstSecondInWhichOneCameThatStillWaits() {
    Arrivals arrivals = new Arrivals();
    assertThat(arrivals.oldest()).isNull();
    arrivals.add(after(5).plusMillis(300));
    arrivals.add(after(5).plusMillis(900));
    arrivals.add(after(7));

    arrivals.remove(after(5).plusMillis(900));
    assertThat(arrivals.oldest()).isEqualTo(after(5));
    arrivals.remove(after(5).plusMillis(300));
    assertThat(arrivals.oldest()).isEqualTo(after(7));
    arrivals.remove(after(7));
    assertThat(arrivals.oldest()).isNull();
  }

  @Test
  void removeAny_takesOneOfTheFirst() {
    Arrivals arrivals = new Arrivals();
    arrivals.removeAny();
    arrivals.add(after(1));
    arrivals.add(after(9));
    arrivals.remove(after(5));
    arrivals.removeAny();

    assertThat(arrivals.oldest()).isEqualTo(after(9));
  }

  @Test
  void add_growsCoarser_ratherThanLarger() {
    Arrivals arrivals = new Arrivals();
    int many = 3 * Arrivals.MAX_COUNTS;
    for (int i = 0; i < many; i++) {
      arrivals.add(after(i));
    }
    for (int i = 0; i < many - 1; i++) {
      arrivals.remove(after(i));
    }

    assertThat(arrivals.oldest())
        .isBetween(after(many - 1).minus(Duration.ofSeconds(4)), after(many - 1));
    arrivals.remove(after(many - 1));
    assertThat(arrivals.oldest()).isNull();
  }
}
