package dev.explanations.lab.demo;

import dev.explanations.lab.process.ReadyProbe;
import dev.explanations.worker.Worker;
import dev.explanations.worker.settings.SettingsLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The worker in this process. */
final class DemoWorker implements AutoCloseable {

  private static final Duration READY_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(100);

  private final Worker worker;

  private DemoWorker(Worker worker) {
    this.worker = worker;
  }

  /**
   * Starts a worker on any free HTTP port; {@link #awaitReady} tells when it takes work.
   *
   * @param modelSettings settings of the model, and any others
   */
  static DemoWorker start(
      String bootstrapServers, Path stateDir, Map<String, String> modelSettings) {
    Map<String, String> settings = new HashMap<>(modelSettings);
    settings.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
    settings.put("STATE_DIR", stateDir.toString());
    settings.put("HTTP_PORT", "0");
    Worker worker = Worker.create(SettingsLoader.loadAll(settings));
    worker.start();
    return new DemoWorker(worker);
  }

  /**
   * Waits until the stream runs.
   *
   * @throws IllegalStateException when it does not within a minute
   */
  void awaitReady() throws InterruptedException {
    long deadline = System.nanoTime() + READY_TIMEOUT.toNanos();
    try (ReadyProbe probe = new ReadyProbe(httpPort())) {
      while (!probe.isReady()) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the worker was not ready after " + READY_TIMEOUT);
        }
        Thread.sleep(PROBE_INTERVAL);
      }
    }
  }

  int httpPort() {
    return worker.httpPort();
  }

  @Override
  public void close() {
    int exitCode = worker.stop();
    if (exitCode != 0) {
      throw new IllegalStateException("the worker stopped with exit code " + exitCode);
    }
  }
}
