package dev.explanations.worker.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

final class SettingsSources {
  static final String WORKER_CONFIG = "WORKER_CONFIG";

  private SettingsSources() {}

  /**
   * The texts of all settings. Each name is looked for in this order, and the first that has it
   * wins:
   *
   * <ol>
   *   <li>system properties ({@code -DGEMINI_TIMEOUT=30s});
   *   <li>environment variables;
   *   <li>the properties file named by {@code WORKER_CONFIG} (a system property or an environment
   *       variable);
   *   <li>the default.
   * </ol>
   *
   * <p>A blank value counts as none, in each of them.
   *
   * @throws InvalidSettingsException if the file cannot be read
   */
  static Map<String, String> merge(Map<String, String> environment, Properties system) {
    Map<String, String> process = new HashMap<>();
    putAll(process, environment);
    putAll(process, texts(system));
    Map<String, String> merged = new HashMap<>();
    putAll(merged, file(process.get(WORKER_CONFIG)));
    putAll(merged, process);
    return merged;
  }

  private static void putAll(Map<String, String> target, Map<String, String> source) {
    source.forEach(
        (name, text) -> {
          if (!text.isBlank()) {
            target.put(name, text);
          }
        });
  }

  private static Map<String, String> file(@Nullable String name) {
    if (name == null) {
      return Map.of();
    }
    try (Reader reader = Files.newBufferedReader(Path.of(name))) {
      Properties properties = new Properties();
      properties.load(reader);
      return texts(properties);
    } catch (IOException | IllegalArgumentException e) {
      String kind = e instanceof InvalidPathException ? "a path" : "a properties file";
      throw new InvalidSettingsException(
          List.of(
              "%s=%s: must be %s that the worker can read (%s)"
                  .formatted(
                      WORKER_CONFIG, Values.quoted(name), kind, e.getClass().getSimpleName())));
    }
  }

  private static Map<String, String> texts(Properties properties) {
    Map<String, String> texts = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      texts.put(name, properties.getProperty(name));
    }
    return texts;
  }
}
