package dev.explanations.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class PollTimeTest {

  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(25);
  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");

  private Instant alarm = Instant.MAX;
  private final PollTime pollTime = new PollTime(COMMIT_INTERVAL, () -> alarm, START);

  private Duration nextAt(long millis) {
    return pollTime.next(START.plusMillis(millis));
  }

  @Test
  void next_afterRecords_isOverWhenTheCommitIsDue() {
    pollTime.polled(true, START.plusMillis(900));

    assertThat(nextAt(900)).isEqualTo(Duration.ofMillis(26));
    assertThat(nextAt(905)).isEqualTo(Duration.ofMillis(26));
  }

  @Test
  void next_withNothingToDo_growsWithTheQuiet() {
    pollTime.polled(true, START);
    pollTime.polled(false, START.plusMillis(26));

    assertThat(nextAt(26)).isEqualTo(Duration.ofMillis(26));
    assertThat(nextAt(52)).isEqualTo(Duration.ofMillis(52));
    assertThat(nextAt(499)).isEqualTo(Duration.ofMillis(499));
    assertThat(nextAt(60_000)).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void next_beforeAnAlarm_endsWithIt() {
    alarm = START.plusMillis(60_123);

    assertThat(nextAt(60_000)).isEqualTo(Duration.ofMillis(123));
    assertThat(nextAt(59_000)).isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void next_withAnAlarmThatIsDue_isAlmostNothing() {
    alarm = START.plusMillis(60_000);

    assertThat(nextAt(60_000)).isEqualTo(Duration.ofMillis(1));
    assertThat(nextAt(61_000)).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void next_afterAnAlarm_isOverWhenTheCommitIsDue() {
    alarm = START.plusMillis(60_000);
    pollTime.polled(false, START.plusMillis(60_000));
    alarm = Instant.MAX;

    assertThat(nextAt(60_002)).isEqualTo(Duration.ofMillis(26));
  }
}
