package dev.explanations.lab.demo;

import dev.explanations.lab.Resources;
import dev.explanations.lab.TemporaryDirectory;
import dev.explanations.lab.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Running parts of a demo: a broker, a worker that is ready, and the model.
 *
 * @param directory of the broker's and the worker's files
 */
record DemoStage(EmbeddedBroker broker, DemoWorker worker, DemoModel model, Path directory) {

  /**
   * Starts broker and worker, and prints their addresses.
   *
   * @param settings of the worker, besides those that the model needs
   */
  static DemoStage start(Resources resources, DemoModel model, Map<String, String> settings)
      throws IOException, InterruptedException {
    System.out.println(model.description());
    Path directory = resources.add(TemporaryDirectory.create()).path();
    EmbeddedBroker broker = resources.add(EmbeddedBroker.start(directory.resolve("broker")));
    System.out.println("broker on " + broker.bootstrapServers());
    return start(resources, broker, model, directory, settings);
  }

  private static DemoStage start(
      Resources resources,
      EmbeddedBroker broker,
      DemoModel model,
      Path directory,
      Map<String, String> settings)
      throws InterruptedException {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(model.settings());
    DemoWorker worker =
        resources.add(
            DemoWorker.start(broker.bootstrapServers(), directory.resolve("worker"), all));
    worker.awaitReady();
    System.out.println("worker on http://127.0.0.1:" + worker.httpPort());
    return new DemoStage(broker, worker, model, directory);
  }

  /** Restarts the worker with other settings; broker and model stay. */
  DemoStage restarted(Resources resources, Map<String, String> settings)
      throws InterruptedException {
    worker.close();
    return start(resources, broker, model, directory, settings);
  }

  /** Addresses of all parts, in one line. */
  String addresses() {
    return "broker %s, worker http://127.0.0.1:%d/, %s"
        .formatted(broker.bootstrapServers(), worker.httpPort(), model.address());
  }
}
