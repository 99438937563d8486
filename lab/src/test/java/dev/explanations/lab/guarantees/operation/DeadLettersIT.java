package dev.explanations.lab.guarantees.operation;

import static dev.explanations.lab.fixture.DeadLetterBox.job;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.DeadLetterBox;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.FreePort;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.worker.deadletters.DeadLetter;
import dev.explanations.worker.deadletters.DeadLetters;
import dev.explanations.worker.redrive.RedriveProgress;
import dev.explanations.worker.redrive.RedriveReport;
import dev.explanations.worker.redrive.RedriveReport.Cause;
import dev.explanations.worker.redrive.RedriveReport.End;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeadLettersIT {

  private static final Behaviour FAILING = Behaviour.of(Reply.Canned.OVERLOADED);
  private static final Behaviour WORKING = Behaviour.answer(Duration.ofMillis(5));
  private static final String[] FAIL_AT_ONCE = {
    "RETRY_MAX_ATTEMPTS", "1", "CIRCUIT_BREAKER_ENABLED", "false"
  };
  private static final Duration LOOK = Duration.ofSeconds(10);

  /** A loaded machine takes its time; by default a client tries for a minute. */
  private static final Duration MARGIN = Duration.ofSeconds(20);

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void requestsThatFailEachTime_stopAfterTheirReplays() throws Exception {
    int replays = 2;
    Rig rig = cluster.rig(FAILING);
    rig.start("w1", FAIL_AT_ONCE);
    rig.ask("valid", Rig.request("valid", 1));
    rig.ask("broken", "{");
    DeadLetterBox box = new DeadLetterBox(rig);
    RedriveReport report = null;
    for (int run = 0; run <= replays; run++) {
      box.awaitLetters(2 * (run + 1));
      report =
          box.redrive("REDRIVE_MAX_REPLAYS", "" + replays)
              .run(job("run-" + run), RedriveProgress.NONE);
    }

    assertThat(report.sent()).isZero();
    assertThat(report.skipped())
        .containsOnly(
            Map.entry(Cause.REPLAYED_TOO_OFTEN, 2L), Map.entry(Cause.SENT_BEFORE, 2L * replays));
    List<DeadLetter> letters = box.reader(LOOK).newest(50, null).newest();
    assertThat(letters.stream().map(DeadLetter::replays))
        .containsExactlyInAnyOrder(0L, 0L, 1L, 1L, 2L, 2L);
    assertThat(letters)
        .allSatisfy(
            letter -> {
              boolean valid = "valid".equals(letter.requestId());
              assertThat(letter.reason())
                  .isEqualTo(valid ? "model_unavailable" : "invalid_request");
              assertThat(letter.attempts()).isEqualTo(valid ? 1 : 0);
              assertThat(letter.error()).isNotBlank();
              assertThat(letter.origin()).startsWith(rig.topic("requests") + "/");
              assertThat(letter.firstSeen()).isBefore(letter.timestamp().plusMillis(1));
              assertThat(letter.truncated()).isFalse();
            });
  }

  @Test
  void lettersOfAnOutage_areExplained_afterIt() throws Exception {
    int requests = 1_000;
    Rig rig = cluster.rig(FAILING);
    rig.start("w1", FAIL_AT_ONCE);
    rig.askAbout(0, requests);
    DeadLetterBox box = new DeadLetterBox(rig);
    rig.awaitResults(requests);
    // a transaction ends partition by partition: its results may be visible before its letters
    box.awaitLetters(requests);

    rig.gemini.behave(WORKING);
    RedriveReport report = box.redrive(job("outage"));

    assertThat(report)
        .isEqualTo(
            new RedriveReport("outage", false, End.COMPLETE, requests, requests, 0, Map.of()));
    await().atMost(Rig.PATIENCE).until(() -> box.answered("explained").size() == requests);
    assertThat(box.answered("explained")).doesNotHaveDuplicates();
    assertThat(box.answered("unavailable")).hasSize(requests).doesNotHaveDuplicates();
    assertThat(rig.topics().read(rig.topic("results"))).hasSize(2 * requests);
    assertThat(box.redrive(job("again")).sent()).isZero();
  }

  @Test
  void look_showsTheNewest_ofAllPartitions() throws Exception {
    DeadLetterBox box = DeadLetterBox.create(cluster);
    long first = 1_795_433_700_000L;
    box.publish(
        IntStream.range(0, 300)
            .mapToObj(i -> box.letter(first + i, "letter " + i, "model_unavailable"))
            .toList());

    DeadLetters newest = box.reader(LOOK).newest(10, null);

    assertThat(newest.complete()).isTrue();
    assertThat(newest.newest().stream().map(DeadLetter::key))
        .containsExactlyElementsOf(
            IntStream.range(0, 10).mapToObj(i -> "letter " + (299 - i)).toList());
    assertThat(newest.newest().getFirst().timestamp()).isEqualTo(Instant.ofEpochMilli(first + 299));
    assertThat(newest.counts()).hasSize(DeadLetterBox.PARTITIONS);
    // each of the three transactions leaves a mark in each partition
    assertThat(newest.counts().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(309);
    assertThat(box.reader(LOOK).newest(500, null).newest()).hasSize(300);
  }

  @Test
  void look_takesWhateverLiesThere() throws Exception {
    DeadLetterBox box = DeadLetterBox.create(cluster);
    List<ProducerRecord<byte[], byte[]>> letters = new ArrayList<>();
    letters.add(
        new ProducerRecord<byte[], byte[]>(
            box.rig().topic("dead-letters"), 1, 5L, new byte[] {(byte) 0xff}, null));
    letters.add(
        box.letter(
            6L,
            "{\"requestId\":\"r-1\",\"topic\":\"cut h",
            "request_too_large",
            "explanation-truncated",
            "99999",
            "explanation-first-seen",
            "1795433700000",
            "explanation-attempt",
            "many",
            "explanation-error",
            "two\nlines"));
    box.publish(letters);

    List<DeadLetter> newest = box.reader(LOOK).newest(2, null).newest();

    assertThat(newest.getLast())
        .isEqualTo(
            new DeadLetter(
                1,
                0,
                Instant.ofEpochMilli(5),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                0,
                0,
                false,
                null,
                null));
    DeadLetter cut = newest.getFirst();
    assertThat(cut.requestId()).isEqualTo("r-1");
    assertThat(cut.reason()).isEqualTo("request_too_large");
    assertThat(cut.error()).isEqualTo("two lines");
    assertThat(cut.firstSeen()).isEqualTo(Instant.ofEpochMilli(1_795_433_700_000L));
    assertThat(cut.attempts()).isZero();
    assertThat(cut.truncated()).isTrue();
    assertThat(cut.valueBytes()).isEqualTo(33);
    assertThat(cut.value()).isEqualTo("{\"requestId\":\"r-1\",\"topic\":\"cut h");
  }

  @Test
  void look_endsInTime_whenThereIsNothingToSee() throws Exception {
    DeadLetterBox box = new DeadLetterBox(cluster.rig(WORKING));
    assertThat(box.reader(LOOK).newest(1, null))
        .isEqualTo(new DeadLetters(List.of(), Map.of(), true));
    assertThatThrownBy(() -> box.reader(LOOK).newest(501, null))
        .isInstanceOf(IllegalArgumentException.class);

    long start = System.nanoTime();
    String nowhere = "127.0.0.1:" + FreePort.find();
    assertThatThrownBy(
            () ->
                box.reader(Duration.ofMillis(300), "KAFKA_BOOTSTRAP_SERVERS", nowhere)
                    .newest(1, null))
        .isInstanceOf(KafkaException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(MARGIN);
  }
}
