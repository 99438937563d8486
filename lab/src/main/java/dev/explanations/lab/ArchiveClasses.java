package dev.explanations.lab;

import dev.explanations.lab.broker.EmbeddedBroker;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.GeminiSimulator;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.Ledger;
import dev.explanations.lab.submit.Publisher;
import dev.explanations.lab.submit.ResultFollower;
import dev.explanations.lab.submit.ResultListener;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the archive of classes with which {@link WorkerProcess} starts in the integration tests: a
 * worker answers a few requests and ends.
 */
public final class ArchiveClasses {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int REQUESTS = 20;

  private ArchiveClasses() {}

  /**
   * Arguments: the archive's file; the worker's jar, which an archive that is newer was made of;
   * and those of the JVM, as the tests have them.
   */
  public static void main(String[] arguments) throws Exception {
    Path archive = Path.of(arguments[0]);
    Path jar = Path.of(arguments[1]);
    if (Files.exists(archive) && isNewer(archive, jar)) {
      return;
    }
    List<String> jvmArguments =
        new ArrayList<>(List.of("-cp", arguments[1], "-XX:AOTCacheOutput=" + archive));
    jvmArguments.addAll(List.of(arguments).subList(2, arguments.length));
    Files.deleteIfExists(archive);
    Files.createDirectories(archive.toAbsolutePath().getParent());
    try (Resources resources = new Resources()) {
      answer(resources, jvmArguments);
    }
    if (!Files.exists(archive)) {
      throw new IllegalStateException("the worker's JVM has not written " + archive);
    }
    System.exit(0);
  }

  private static boolean isNewer(Path archive, Path jar) throws IOException {
    return Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) > 0;
  }

  private static void answer(Resources resources, List<String> jvmArguments)
      throws IOException, InterruptedException {
    Path directory = resources.add(TemporaryDirectory.create()).path();
    EmbeddedBroker broker = resources.add(EmbeddedBroker.start(directory.resolve("broker")));
    GeminiSimulator gemini =
        resources.add(GeminiSimulator.start(Behaviour.answer(Duration.ofMillis(10))));
    WorkerProcess worker =
        resources.add(
            WorkerProcess.start(
                Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(),
                    "GOOGLE_GEMINI_BASE_URL", gemini.baseUrl(),
                    "GOOGLE_API_KEY", "a-key-for-the-simulator",
                    "PARTITIONS", "2",
                    "STATE_DIR", directory.resolve("state").toString()),
                jvmArguments));
    Ledger ledger = new Ledger();
    try (ResultFollower _ =
            ResultFollower.follow(
                broker.bootstrapServers(),
                "explanations.results",
                ledger,
                ResultListener.NONE,
                PATIENCE,
                Map.of());
        Publisher publisher =
            new Publisher(broker.bootstrapServers(), "explanations.requests", ledger, Map.of())) {
      for (int i = 0; i < REQUESTS; i++) {
        String id = "a-" + i;
        publisher.publish(
            id,
            "{\"requestId\":\"%s\",\"topic\":\"Classes\",\"subtopic\":\"Class %d\"}"
                .formatted(id, i / 2));
      }
      publisher.flush();
      if (!ledger.awaitResults(PATIENCE)) {
        throw new IllegalStateException("not all was answered: " + ledger.tally());
      }
    }
    for (String path : List.of("/metrics", "/api/health", "/api/circuit-breaker")) {
      read(worker.uri(path));
    }
    int code = worker.terminate(PATIENCE);
    if (code != 0) {
      throw new IllegalStateException("the worker exited with " + code);
    }
  }

  private static void read(URI uri) throws IOException {
    try (var body = uri.toURL().openStream()) {
      var _ = body.readAllBytes();
    }
  }
}
