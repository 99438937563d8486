package dev.explanations.lab.guarantees.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One of two workers is killed, and a third one starts before the group has noticed: the healthy
 * one goes on. Alone, since it measures; {@code -Dkilled.tries=3} repeats it.
 */
@Isolated
class KilledWorkerIT {

  /**
   * Below the transaction timeout of 20 s, after which an open transaction ends by itself. The
   * promise is the session of 6 s and 2 s: {@code -Dkilled.silence=PT8S}, on a quiet machine.
   */
  private static final Duration SILENCE =
      Duration.parse(System.getProperty("killed.silence", "PT17S"));

  private static final int STEP = 10;

  @RegisterExtension static final Cluster cluster = new Cluster();

  static IntStream tries() {
    return IntStream.rangeClosed(1, Integer.getInteger("killed.tries", 1));
  }

  @ParameterizedTest(name = "try {0}")
  @MethodSource("tries")
  void healthyWorker_isSilentForASessionAtMost_andNoTransactionOfItIsAborted(int number)
      throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(20)));
    WorkerProcess healthy = start(rig, "healthy");
    WorkerProcess killed = start(rig, "killed");
    AtomicInteger next = new AtomicInteger();
    rig.askAbout(0, STEP);
    next.set(STEP);
    rig.awaitResults(STEP);
    ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor();
    try (Silences silences = Silences.watch(rig.broker.bootstrapServers(), rig.topic("results"))) {
      var _ =
          load.scheduleWithFixedDelay(
              () -> rig.askAbout(next.get(), next.addAndGet(STEP)), 0, 100, TimeUnit.MILLISECONDS);
      rig.awaitResults(300);
      silences.begin();

      killed.kill();
      WorkerProcess third = start(rig, "third");

      // those of the killed one among them: then nothing is silent any more
      rig.awaitResults(next.get());
      Map<Integer, Duration> longest = silences.longest();
      load.shutdown();
      assertThat(load.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      assertThat(longest).hasSize(4);
      assertThat(longest.values()).allMatch(silence -> silence.compareTo(SILENCE) <= 0);
      assertThat(third.isAlive()).isTrue();
    } finally {
      load.shutdownNow();
    }
    rig.answeredExactlyOnce();
    assertThat(healthy.log())
        .noneMatch(line -> line.contains("Fenced") || line.contains("thread died"))
        .noneMatch(line -> line.contains("TaskMigrated") || line.contains("TaskCorrupted"));
  }

  private static WorkerProcess start(Rig rig, String name) {
    return rig.process(name, "PARTITIONS", "4");
  }
}
