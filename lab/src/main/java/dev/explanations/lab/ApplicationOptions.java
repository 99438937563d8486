package dev.explanations.lab;

import dev.explanations.worker.settings.InvalidSettingsException;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which worker a command is about: its settings, as it reads them itself, and options for two. */
final class ApplicationOptions {

  @Option(
      names = {"--bootstrap-servers", "--bootstrap"},
      description = "Kafka's address. Default: KAFKA_BOOTSTRAP_SERVERS, or localhost:9092.")
  private @Nullable String bootstrap;

  @Option(
      names = "--application-id",
      description = "The worker's. Default: APPLICATION_ID, or explanation-worker.")
  private @Nullable String applicationId;

  /**
   * The worker's settings, without credentials of Gemini.
   *
   * @throws ParameterException that names each that is bad
   */
  Settings settings(CommandLine commandLine) {
    return settings(commandLine, Map.of());
  }

  /** The same with other values for some settings. */
  Settings settings(CommandLine commandLine, Map<String, String> others) {
    Map<String, String> texts = new HashMap<>(SettingsLoader.processTexts());
    texts.putAll(others);
    if (bootstrap != null) {
      texts.put("KAFKA_BOOTSTRAP_SERVERS", bootstrap);
    }
    if (applicationId != null) {
      texts.put("APPLICATION_ID", applicationId);
    }
    try {
      return SettingsLoader.loadWithoutKey(texts);
    } catch (InvalidSettingsException e) {
      throw new ParameterException(commandLine, String.join(System.lineSeparator(), e.problems()));
    }
  }
}
