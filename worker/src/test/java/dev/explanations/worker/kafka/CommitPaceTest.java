package dev.explanations.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class CommitPaceTest {

  private static final Duration INTERVAL = Duration.ofMillis(100);
  private static final Duration WAIT = Duration.ofMillis(500);

  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private final CommitPace pace = new CommitPace(INTERVAL, () -> now);

  private void pass(Duration time) {
    now = now.plus(time);
  }

  /** So many records a second, one by one, until the load has settled. */
  private void handle(int perSecond) {
    for (int i = 0; i < perSecond; i++) {
      pass(Duration.ofSeconds(1).dividedBy(perSecond));
      pace.polled(1);
    }
  }

  @Test
  void littleToDo_isCommittedAtOnce_whenThereIsNoOtherRecord() {
    handle(60);
    pace.sent();

    assertThat(pace.patience(WAIT)).isZero();
    assertThat(pace.polled(1)).as("there is another record").isFalse();
    assertThat(pace.patience(WAIT)).isZero();
    assertThat(pace.polled(0)).isTrue();
  }

  @Test
  void nothingSentThatSomebodyWaitsFor_isNotCommitted() {
    handle(60);
    assertThat(pace.patience(WAIT)).isEqualTo(WAIT);
    assertThat(pace.polled(0)).isFalse();

    pace.sent();
    pace.ended();

    assertThat(pace.patience(WAIT)).isEqualTo(WAIT);
    assertThat(pace.polled(0)).isFalse();
  }

  @Test
  void moreToDo_isCommittedLater_butNotAfterTheInterval() {
    handle(200);
    pace.sent();
    assertThat(pace.patience(WAIT)).isBetween(Duration.ofMillis(15), Duration.ofMillis(25));
    pace.ended();

    handle(20_000);
    pace.sent();
    assertThat(pace.patience(WAIT)).isEqualTo(INTERVAL);
    assertThat(pace.polled(0)).as("at once").isFalse();
    pass(Duration.ofMillis(99));
    pace.sent();
    assertThat(pace.patience(WAIT)).isEqualTo(Duration.ofMillis(1));
    assertThat(pace.polled(0)).isFalse();
    pass(Duration.ofMillis(2));
    assertThat(pace.patience(WAIT)).isZero();
    assertThat(pace.polled(0)).isTrue();
  }

  @Test
  void alarm_endsAPollBeforeTheCommitIsDue() {
    handle(20_000);
    pace.sent();

    assertThat(pace.patience(Duration.ofMillis(7))).isEqualTo(Duration.ofMillis(7));
  }

  @Test
  void load_isForgottenInTheQuiet() {
    handle(20_000);
    pass(Duration.ofSeconds(1));
    pace.polled(1);
    pace.sent();

    assertThat(pace.patience(WAIT)).isZero();
  }

  @Test
  void refusedRequest_isRepeated_afterTheInterval() {
    handle(60);
    pace.sent();
    assertThat(pace.polled(0)).isTrue();

    assertThat(pace.patience(WAIT)).isEqualTo(INTERVAL);
    assertThat(pace.polled(0)).isFalse();
    pass(INTERVAL);
    assertThat(pace.polled(0)).isTrue();
  }

  @Test
  void clockThatStandsStill_doesNoHarm() {
    for (int i = 0; i < 1_000; i++) {
      pace.polled(1);
    }
    pace.sent();

    assertThat(pace.patience(WAIT)).isEqualTo(INTERVAL);
    assertThat(pace.polled(0)).isFalse();
  }

  @Test
  void shortInterval_isNeverExceeded() {
    CommitPace often = new CommitPace(Duration.ofMillis(10), () -> now);
    for (int i = 0; i < 1_000; i++) {
      often.polled(1);
    }
    often.sent();

    assertThat(often.patience(WAIT)).isEqualTo(Duration.ofMillis(10));
  }
}
