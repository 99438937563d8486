package dev.explanations.lab.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.explanations.lab.broker.EmbeddedBroker;
import java.io.BufferedReader;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
class SubmissionIT {

  private static final Progress SILENT =
      new Progress() {
        @Override
        public void show(long done, long total) {}

        @Override
        public void close() {}
      };

  /** Results that the ledger knew of when its listener was told of the next. */
  private final List<Integer> countedWhenTold = new CopyOnWriteArrayList<>();

  private EmbeddedBroker broker;
  private FakeWorker worker;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    broker = EmbeddedBroker.start(directory);
    worker = FakeWorker.start(broker.bootstrapServers());
  }

  @AfterAll
  void stop() throws Exception {
    worker.close();
    broker.close();
  }

  @Test
  void run_countsOneCommittedResult_forEachRequest() throws Exception {
    Tally tally =
        submit(
            IntStream.range(0, 500)
                .mapToObj("{\"requestId\": \"all-%d\"}"::formatted)
                .collect(Collectors.joining("\n")));

    assertThat(tally.requests()).isEqualTo(500);
    assertThat(tally.results()).isEqualTo(500);
    assertThat(tally.exactlyOnce()).isTrue();
    assertThat(tally.bySource()).containsOnlyKeys("gemini");
  }

  @Test
  void run_countsTwoRequestsWithOneId_asTwo() throws Exception {
    Tally tally = submit("{\"requestId\": \"twin\"}\n{\"requestId\": \"twin\"}");

    assertThat(tally.requests()).isEqualTo(2);
    assertThat(tally.results()).isEqualTo(2);
    assertThat(tally.exactlyOnce()).isTrue();
  }

  @Test
  void run_findsLostAndDoubledResults() throws Exception {
    Tally tally =
        submit(
            "{\"requestId\": \"lost\", \"results\": 0}\n{\"requestId\": \"twice\", \"results\":"
                + " 2}",
            Duration.ofSeconds(10));

    assertThat(tally.lost()).isEqualTo(1);
    assertThat(tally.doubled()).isEqualTo(1);
  }

  @Test
  void listener_isToldOfEachResult_beforeItIsCounted() throws Exception {
    submit("{\"requestId\": \"one\", \"results\": 1}\n{\"requestId\": \"two\", \"results\": 1}");

    assertThat(countedWhenTold).containsExactly(0, 1);
  }

  @Test
  void follow_refusesAMissingTopic() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                ResultFollower.follow(
                    broker.bootstrapServers(),
                    "no-such-topic",
                    new Ledger(),
                    ResultListener.NONE,
                    Duration.ZERO,
                    Map.of()))
        .withMessageContaining("no-such-topic");
  }

  private Tally submit(String lines) throws Exception {
    return submit(lines, Duration.ofSeconds(30));
  }

  private Tally submit(String lines, Duration timeout) throws Exception {
    Ledger ledger = new Ledger();
    countedWhenTold.clear();
    try (ResultFollower follower =
            ResultFollower.follow(
                broker.bootstrapServers(),
                FakeWorker.RESULTS,
                ledger,
                (result, body) -> countedWhenTold.add(ledger.results().size()),
                Duration.ofSeconds(10),
                Map.of());
        Publisher publisher =
            new Publisher(broker.bootstrapServers(), FakeWorker.REQUESTS, ledger, Map.of())) {
      Duration took =
          new Submission(publisher, follower, ledger, SILENT)
              .run(new BufferedReader(new StringReader(lines)), 0, timeout);
      assertThat(took).isPositive();
    }
    return ledger.tally();
  }
}
