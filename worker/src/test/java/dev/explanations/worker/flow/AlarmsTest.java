package dev.explanations.worker.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

final class AlarmsTest {

  private static final Instant SOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant LATER = SOON.plusSeconds(60);

  private final Alarms alarms = new Alarms();
  private final CommitRequests commits = new CommitRequests();
  private final MockProcessorContext<byte[], byte[]> context = new MockProcessorContext<>();

  AlarmsTest() {
    context.setCurrentSystemTimeMs(SOON.minusSeconds(60).toEpochMilli());
  }

  private Alarm alarm(Instant at) {
    Alarm alarm = new Alarm(context, alarms, commits, () -> {});
    alarm.at(at);
    return alarm;
  }

  @Test
  void next_isTheEarliestOfAllTasks() {
    assertThat(alarms.next()).isEqualTo(Instant.MAX);

    alarm(LATER);
    alarm(SOON);

    assertThat(alarms.next()).isEqualTo(SOON);
  }

  @Test
  void next_forgetsATaskThatEnds() {
    alarm(LATER);
    Alarm ending = alarm(SOON);

    ending.close();

    assertThat(alarms.next()).isEqualTo(LATER);
  }

  @Test
  void next_forgetsWhatHasRung() {
    alarm(SOON);

    context.scheduledPunctuators().getFirst().getPunctuator().punctuate(SOON.toEpochMilli());

    assertThat(alarms.next()).isEqualTo(Instant.MAX);
  }

  @Test
  void commitThatIsAskedForAfterAnAlarm_isOfTheTaskThatItWoke() {
    commits.handled(new MockProcessorContext<>());
    alarm(SOON);

    context.scheduledPunctuators().getFirst().getPunctuator().punctuate(SOON.toEpochMilli());
    commits.request();

    assertThat(context.committed()).isTrue();
  }

  @Test
  void next_isNoneOfAnotherThread() {
    alarm(SOON);

    assertThat(CompletableFuture.supplyAsync(alarms::next).join()).isEqualTo(Instant.MAX);
  }
}
