package dev.explanations.worker.settings;

import dev.explanations.worker.settings.Settings.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The file that a token came from, to be read again while the worker runs. Thread-safe. */
public final class TokenFile {
  private final Setting<Secret> setting;
  private final String file;
  private final Environment environment;

  TokenFile(Setting<Secret> setting, String file, Environment environment) {
    this.setting = setting;
    this.file = file;
    this.environment = environment;
  }

  /** Name of the setting that names the file. */
  public String variable() {
    return setting.fileName();
  }

  /**
   * Reads the token, judged as at the start. A pipe is not read: it might never answer.
   *
   * @throws InvalidSettingsException with the problem, which quotes nothing of the file
   */
  public Secret read() {
    Path path = Path.of(file);
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new InvalidSettingsException(
          List.of(variable() + ": must be a regular file to be read again"));
    }
    Values values = new Values(Map.of(setting.fileName(), file));
    Settings.Token token = OpsSettings.httpToken(values, setting, environment);
    if (token == null || !values.problems().isEmpty()) {
      throw new InvalidSettingsException(values.problems());
    }
    return token.secret();
  }
}
