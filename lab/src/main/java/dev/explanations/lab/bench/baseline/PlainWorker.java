package dev.explanations.lab.bench.baseline;

import dev.explanations.worker.Worker;
import dev.explanations.worker.settings.SettingsLoader;
import java.util.Map;

/** The worker without the SDK: it calls Gemini through a {@link PlainModel}. */
public final class PlainWorker {

  private PlainWorker() {}

  /** Without arguments; runs until it is killed or ends by itself. */
  public static void main(String[] arguments) {
    Map<String, String> texts = SettingsLoader.processTexts();
    SettingsLoader.logging(texts).forEach(System::setProperty);
    Worker worker = Worker.create(SettingsLoader.loadAll(texts), PlainModel::new);
    worker.start();
    System.exit(worker.awaitEnd());
  }
}
