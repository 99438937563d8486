package dev.explanations.lab.guarantees.operation;

import static dev.explanations.lab.fixture.DeadLetterBox.job;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.DeadLetterBox;
import dev.explanations.lab.fixture.LabProcess;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.fixture.Topics;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.redrive.RedriveException;
import dev.explanations.worker.redrive.RedriveJob;
import dev.explanations.worker.redrive.RedriveProgress;
import dev.explanations.worker.redrive.RedriveReport;
import dev.explanations.worker.redrive.RedriveReport.Cause;
import dev.explanations.worker.redrive.RedriveReport.End;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RedriveIT {

  /** A transaction for each few letters: time to get between them. */
  private static final String[] SMALL_STEPS = {"KAFKA_MAX_POLL_RECORDS", "10"};

  private static final Pattern REPORT =
      Pattern.compile(
          "(\\d+) sent by earlier runs of this job\\s+(\\d+) dead letters, (\\d+) sent, 0 skipped");

  /** The worker's transactions outside of Streams expire after 30 s. */
  private static final Duration BEFORE_EXPIRY = Duration.ofSeconds(20);

  /** With this key, this value and its replays a request is what the topic takes at most. */
  private static final int LARGEST = (1_048_588 - 111) / 2;

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void letters_goBackByteForByte_withoutTheWorkersHeaders() throws Exception {
    DeadLetterBox box = DeadLetterBox.create(cluster);
    String topic = box.rig().topic("dead-letters");
    byte[] noText = {(byte) 0xff, 0, (byte) 0xfe};
    ProducerRecord<byte[], byte[]> first = new ProducerRecord<>(topic, 0, null, noText);
    first
        .headers()
        .add("trace", "1".getBytes(UTF_8))
        .add("explanation-reason", "invalid_request".getBytes(UTF_8))
        .add("explanation-error", "not JSON".getBytes(UTF_8))
        .add("explanation-origin", "requests/0/1".getBytes(UTF_8))
        .add("none", null)
        .add("explanation-first-seen", "5".getBytes(UTF_8))
        .add("explanation-attempt", "0".getBytes(UTF_8))
        .add("explanation-anything", "x".getBytes(UTF_8))
        .add("trace", "2".getBytes(UTF_8));
    ProducerRecord<byte[], byte[]> second = new ProducerRecord<>(topic, 0, noText, null);
    second
        .headers()
        .add("explanation-replays", "1".getBytes(UTF_8))
        .add("trace", "3".getBytes(UTF_8));
    box.publish(List.of(first, second));

    RedriveReport report = box.redrive(job("bytes"));

    assertThat(report)
        .isEqualTo(new RedriveReport("bytes", false, End.COMPLETE, 2, 2, 0, Map.of()));
    List<ConsumerRecord<byte[], byte[]>> requests = box.requests();
    assertThat(requests).hasSize(2);
    for (ConsumerRecord<byte[], byte[]> request : requests) {
      if (request.key() == null) {
        assertThat(request.value()).isEqualTo(noText);
        assertThat(DeadLetterBox.headers(request))
            .containsExactly("trace=1", "none=null", "trace=2", "explanation-replays=1");
      } else {
        assertThat(request.key()).isEqualTo(noText);
        assertThat(request.value()).isNull();
        assertThat(DeadLetterBox.headers(request))
            .containsExactly("trace=3", "explanation-replays=2");
      }
    }
  }

  @Test
  void dryRun_countsWhatWouldBeSent_andChangesNothing() throws Exception {
    DeadLetterBox box = DeadLetterBox.create(cluster);
    box.publish(0, 20);
    box.publish(
        Stream.of(
                Stream.of("other 1", "other 2").map(t -> box.letter(t, "invalid_request")),
                Stream.of("cut 1", "cut 2", "cut 3")
                    .map(t -> box.letter(t, "model_unavailable", "explanation-truncated", "9")),
                Stream.of("often")
                    .map(t -> box.letter(t, "model_unavailable", "explanation-replays", "3")),
                Stream.of("x".repeat(LARGEST), "y".repeat(LARGEST + 1))
                    .map(t -> box.letter(t, "model_unavailable")))
            .flatMap(letters -> letters)
            .toList());
    RedriveJob dry = new RedriveJob("dry", ErrorCode.MODEL_UNAVAILABLE, RedriveJob.NO_LIMIT, true);
    Map<Cause, Long> skipped =
        Map.of(Cause.TRUNCATED, 3L, Cause.REPLAYED_TOO_OFTEN, 1L, Cause.TOO_LARGE, 1L);

    assertThat(box.redrive(dry))
        .isEqualTo(new RedriveReport("dry", true, End.COMPLETE, 26, 21, 0, skipped));
    assertThat(box.requests()).isEmpty();
    assertThat(box.rig().topics().committed(box.rig().applicationId + "-redrive-dry")).isEmpty();
    String ledger = box.ledger();
    assertThat(box.rig().topics().partitionCounts(ledger::equals)).isEmpty();

    RedriveJob real =
        new RedriveJob("dry", ErrorCode.MODEL_UNAVAILABLE, RedriveJob.NO_LIMIT, false);
    assertThat(box.redrive(real))
        .isEqualTo(new RedriveReport("dry", false, End.COMPLETE, 26, 21, 0, skipped));
    assertThat(box.sent())
        .hasSize(21)
        .containsKey("x".repeat(LARGEST))
        .allSatisfy((text, times) -> assertThat(times).isEqualTo(1));
  }

  @Test
  void limit_countsWhatIsSent_byAllRunsOfTheJob() throws Exception {
    DeadLetterBox box = DeadLetterBox.create(cluster);
    box.publish(0, 30);
    RedriveJob few = new RedriveJob("few", null, 12, false);

    assertThat(box.redrive(few))
        .isEqualTo(new RedriveReport("few", false, End.LIMIT_REACHED, 12, 12, 0, Map.of()));
    assertThat(box.redrive(few))
        .isEqualTo(new RedriveReport("few", false, End.LIMIT_REACHED, 0, 0, 12, Map.of()));
    assertThatThrownBy(() -> box.redrive(job("few")))
        .isInstanceOf(RedriveException.class)
        .hasMessageContaining("reason=any limit=12");
    RedriveReport rest = box.redrive(job("rest"));

    assertThat(rest.sent()).isEqualTo(18);
    assertThat(rest.skipped()).containsOnly(Map.entry(Cause.SENT_BEFORE, 12L));
    box.assertSentOnce(0, 30);
  }

  @Test
  void laterJobs_sendWhatNoneHasSent_andForgetWhatExistsNoLonger() throws Exception {
    DeadLetterBox box = DeadLetterBox.create(cluster);
    Topics topics = box.rig().topics();
    String letters = box.rig().topic("dead-letters");
    box.publish(0, 50);
    assertThat(box.redrive(job("a")).sent()).isEqualTo(50);
    RedriveReport second = box.redrive(job("b"));
    assertThat(second.sent()).isZero();
    assertThat(second.skipped()).containsOnly(Map.entry(Cause.SENT_BEFORE, 50L));

    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    topics
        .offsets(OffsetSpec.latest(), List.of(letters))
        .forEach((p, offset) -> all.put(p, RecordsToDelete.beforeOffset(offset)));
    Topics.get(box.rig().admin.deleteRecords(all).all());
    box.publish(50, 60);
    assertThat(box.redrive(job("c")).sent()).isEqualTo(10);
    assertThat(topics.read(box.ledger())).hasSize(10);
    assertThat(box.redrive(job("d")).sent()).isZero();

    // the same offsets again, of other letters
    Topics.get(box.rig().admin.deleteTopics(List.of(letters)).all());
    await()
        .atMost(Rig.PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              box.createTopic("dead-letters");
              return true;
            });
    box.publish(60, 110);
    assertThat(box.redrive(job("e")).sent()).isEqualTo(50);
    box.assertSentOnce(0, 110);
  }

  @Test
  void interruptedJob_goesOn_toTheEndsItStartedWith() throws Exception {
    DeadLetterBox box = DeadLetterBox.create(cluster);
    box.publish(0, 1_000);
    assertThatThrownBy(
            () ->
                box.redrive(SMALL_STEPS)
                    .run(
                        job("twice"),
                        (done, total) -> {
                          if (done > 300) {
                            Thread.currentThread().interrupt();
                          }
                        }))
        .isInstanceOf(InterruptedException.class);
    int sent = box.requests().size();
    assertThat(sent).isBetween(1, 999);
    box.publish(1_000, 1_100);

    assertThat(box.redrive(job("twice")))
        .isEqualTo(
            new RedriveReport(
                "twice", false, End.COMPLETE, 1_000 - sent, 1_000 - sent, sent, Map.of()));
    box.assertSentOnce(0, 1_000);
    assertThat(box.redrive(job("twice")).matched()).isZero();
    RedriveReport next = box.redrive(job("next"));
    assertThat(next.sent()).isEqualTo(100);
    assertThat(next.skipped()).containsOnly(Map.entry(Cause.SENT_BEFORE, 1_000L));
    box.assertSentOnce(0, 1_100);
  }

  @Test
  void jobThatHasSentNothingYet_keepsItsEnds() throws Exception {
    DeadLetterBox box = DeadLetterBox.create(cluster);
    box.publish(0, 100);
    RedriveJob job = new RedriveJob("none", ErrorCode.OVERLOADED, RedriveJob.NO_LIMIT, false);
    assertThatThrownBy(
            () ->
                box.redrive(SMALL_STEPS)
                    .run(job, (done, total) -> Thread.currentThread().interrupt()))
        .isInstanceOf(InterruptedException.class);
    box.publish(List.of(box.letter("later", "overloaded")));

    assertThat(box.redrive(job).matched()).isZero();
    assertThat(box.requests()).isEmpty();
  }

  @Test
  void crashedJob_sendsTheRestOnce() throws Exception {
    // so many that the job is not done before a loaded machine has sent its signal
    int letters = 6_000;
    DeadLetterBox box = DeadLetterBox.create(cluster);
    box.publish(0, letters);
    Map<String, String> slow = box.rig().environment("redrive", SMALL_STEPS);
    try (LabProcess stopped = LabProcess.start(slow, "redrive", "--id", "crash")) {
      box.awaitSent(100);
      stopped.terminate();
      assertThat(stopped.exitCode()).isEqualTo(143);
      // before its transaction would have expired: it was aborted, and holds up no worker
      await().atMost(BEFORE_EXPIRY).until(() -> box.openOffsets("requests") == 0);
      assertThat(box.requests().size()).isLessThan(letters);
    }
    try (LabProcess killed = LabProcess.start(slow, "redrive", "--id", "crash")) {
      box.awaitSent(800);
      killed.kill();
    }
    box.publish(letters, letters + 100);

    Map<String, String> fast = box.rig().environment("redrive");
    try (LabProcess resumed = LabProcess.start(fast, "redrive", "--id", "crash")) {
      assertThat(resumed.exitCode()).as(resumed.output()).isZero();
      Matcher report = REPORT.matcher(resumed.output());
      assertThat(report.find()).as(resumed.output()).isTrue();
      int before = Integer.parseInt(report.group(1));
      int rest = Integer.parseInt(report.group(3));
      assertThat(before).isPositive();
      assertThat(rest).isPositive().isEqualTo(letters - before);
      assertThat(report.group(2)).isEqualTo(report.group(3));
    }
    box.assertSentOnce(0, letters);
    assertThat(box.redrive(job("next")).sent()).isEqualTo(100);
    box.assertSentOnce(0, letters + 100);
  }

  @Test
  void laterJob_endsAnEarlierOne_andDoublesNothing() throws Exception {
    DeadLetterBox box = DeadLetterBox.create(cluster);
    box.publish(0, 1_000);
    CountDownLatch underWay = new CountDownLatch(1);
    CountDownLatch laterEnded = new CountDownLatch(1);
    FutureTask<RedriveReport> running =
        new FutureTask<>(
            () ->
                box.redrive(SMALL_STEPS)
                    .run(
                        job("earlier"),
                        (done, total) -> {
                          if (done > 200) {
                            underWay.countDown();
                            awaitUninterrupted(laterEnded);
                          }
                        }));
    Thread.ofPlatform().start(running);
    underWay.await();
    RedriveReport later = box.redrive(job("later"));
    laterEnded.countDown();
    RedriveReport earlier = running.get();

    assertThat(earlier.end()).isEqualTo(End.FENCED);
    assertThat(later.end()).isEqualTo(End.COMPLETE);
    assertThat(earlier.sent()).isPositive();
    assertThat(earlier.sent() + later.sent()).isEqualTo(1_000);
    box.assertSentOnce(0, 1_000);
    assertThat(box.redrive(job("earlier")))
        .isEqualTo(
            new RedriveReport(
                "earlier",
                false,
                End.COMPLETE,
                later.sent(),
                0,
                earlier.sent(),
                Map.of(Cause.SENT_BEFORE, later.sent())));
  }

  @Test
  void jobsAtTheSameTime_doubleNothing() throws Exception {
    DeadLetterBox box = DeadLetterBox.create(cluster);
    long sent = 0;
    for (int round = 0; round < 4; round++) {
      box.publish(round * 200, (round + 1) * 200);
      CyclicBarrier together = new CyclicBarrier(2);
      List<FutureTask<RedriveReport>> runs = new ArrayList<>();
      for (String name : List.of("left-", "right-")) {
        RedriveJob job = job(name + round);
        runs.add(
            new FutureTask<>(
                () -> {
                  together.await();
                  return box.redrive(SMALL_STEPS).run(job, RedriveProgress.NONE);
                }));
      }
      runs.forEach(run -> Thread.ofPlatform().start(run));
      for (FutureTask<RedriveReport> run : runs) {
        sent += run.get().sent();
      }
      sent += box.redrive(job("rest-" + round)).sent();
    }

    assertThat(sent).isEqualTo(800);
    box.assertSentOnce(0, 800);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
