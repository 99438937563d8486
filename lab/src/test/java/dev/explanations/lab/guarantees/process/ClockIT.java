package dev.explanations.lab.guarantees.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A machine's clock that is set back while a worker runs; skipped where libfaketime is missing. */
class ClockIT {

  private static final Duration EXPLAINED_WITHIN = Duration.ofSeconds(20);

  @RegisterExtension static final Cluster cluster = new Cluster();

  @TempDir Path directory;

  @Test
  void worker_ends_whenTheClockIsSetBack_andItsSuccessorExplains() throws Exception {
    Path faketime = faketime();
    Path offset = directory.resolve("offset");
    Files.writeString(offset, "+0\n");
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(500)));
    Map<String, String> environment = rig.environment("w1");
    environment.put("LD_PRELOAD", faketime.toString());
    environment.put("FAKETIME_TIMESTAMP_FILE", offset.toString());
    environment.put("FAKETIME_NO_CACHE", "1");
    environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    environment.put("DONT_FAKE_MONOTONIC", "1");
    // or else every timed wait of the JVM ends at once
    environment.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    WorkerProcess worker = rig.launch(List.of(), environment);
    worker.awaitReady(Rig.PATIENCE);
    rig.askAbout(0, 400);
    rig.awaitResults(20);

    Files.writeString(offset, "-3000\n");

    assertThat(worker.awaitExit(Duration.ofSeconds(30))).isEqualTo(1);
    assertThat(worker.log())
        .filteredOn(line -> line.contains("has been set back by"))
        .singleElement()
        .asString()
        .contains("ERROR")
        .containsPattern("by (2999|3000) s");
    assertThat(rig.ledger.waiting()).isPositive();
    int before = rig.ledger.results().size();
    WorkerProcess successor = rig.launch(List.of(), environment);
    successor.awaitReady(Rig.PATIENCE);
    await("the first explanation")
        .atMost(EXPLAINED_WITHIN)
        .until(() -> rig.ledger.results().size() > before);

    rig.answeredExactlyOnce();
  }

  private static Path faketime() throws IOException {
    try (Stream<Path> files =
        Files.find(
            Path.of("/usr/lib"), 3, (path, attributes) -> path.endsWith("libfaketimeMT.so.1"))) {
      List<Path> found = files.toList();
      assumeFalse(found.isEmpty(), "libfaketime is not installed");
      return found.getFirst();
    }
  }
}
