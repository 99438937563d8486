package dev.explanations.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** A worker that has no memory ends, also without the flag of the start script. */
class OutOfMemoryTest {

  /** Fills the heap on a thread; the others of the process would go on. */
  static final class Hungry {
    public static void main(String[] args) throws InterruptedException {
      Main.logDeadThreads();
      Runnable eat = () -> eat(new ArrayList<>());
      switch (args[0]) {
        case "platform" -> Thread.ofPlatform().start(eat);
        case "virtual" -> Thread.ofVirtual().start(eat);
        case "caught" ->
            CompletableFuture.runAsync(eat)
                .exceptionally(
                    failure -> {
                      LoggerFactory.getLogger("a.library").debug("Ignored: {}", "it", failure);
                      return null;
                    });
        default -> throw new IllegalArgumentException(args[0]);
      }
      Thread.sleep(60_000);
    }

    private static void eat(List<byte[]> eaten) {
      while (true) {
        eaten.add(new byte[1 << 20]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"platform", "virtual", "caught"})
  void process_ends_whereverMemoryRanOut(String where) throws Exception {
    try (JavaProcess process = new JavaProcess(Map.of(), Hungry.class.getName(), where)) {
      assertThat(process.errors()).contains("OutOfMemoryError: the worker ends, exit code 3");
      assertThat(process.exitCode()).isEqualTo(3);
    }
  }
}
