package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file system without room, which takes the right to mount one. */
class FullDiskTest {

  /** RocksDB takes 4 MiB for each manifest, and writes to disk after 16 MiB. */
  private static final String SIZE = "size=24m";

  private static final int MAX_REQUESTS = 2_000;

  @TempDir Path dir;
  private boolean mounted;

  @Test
  void fullDisk_failsTheTask_andMakesNoDeadLetter() throws Exception {
    Path disk = Files.createDirectory(dir.resolve("disk"));
    mounted = run("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", disk.toString());
    assumeTrue(mounted, "no right to mount a file system");
    Engine engine = Engine.readyIn(disk.resolve("state"));
    engine.lane().room = 0;
    Throwable death = null;
    for (int i = 0; i < MAX_REQUESTS && death == null; i++) {
      int id = i;
      death = catchThrowable(() -> ask(engine, id));
    }

    assertThat(death)
        .hasStackTraceContaining("ProcessorStateException")
        .hasStackTraceContaining("No space left on device");
    for (int i = 0; i < 5; i++) {
      var _ = catchThrowable(() -> ask(engine, MAX_REQUESTS));
    }
    assertThat(engine.deadLetters.isEmpty()).isTrue();
    assertThat(engine.results.isEmpty()).isTrue();
    assertThat(engine.faults.lastInternal()).isEmpty();
    var _ = catchThrowable(engine::close);
  }

  private static void ask(Engine engine, int id) {
    String blanks = " ".repeat(60_000);
    engine.askRaw(
        null,
        "{\"requestId\":\"r%d\",\"topic\":\"Biology\",\"subtopic\":\"Cells %d\"%s}"
            .formatted(id, id, blanks)
            .getBytes(StandardCharsets.UTF_8),
        new RecordHeaders());
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      boolean _ = run("umount", "-l", dir.resolve("disk").toString());
    }
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(List.of(command)).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
