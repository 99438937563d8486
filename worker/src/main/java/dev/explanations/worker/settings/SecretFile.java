package dev.explanations.worker.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A file that holds one secret, such as orchestrators mount. */
final class SecretFile {
  private SecretFile() {}

  /** The content without one newline at its end; {@code null} after a problem. */
  static @Nullable String read(String variable, String file, Consumer<String> problems) {
    try {
      String content = Files.readString(Path.of(file));
      String secret =
          content.endsWith("\r\n")
              ? content.substring(0, content.length() - 2)
              : content.endsWith("\n") ? content.substring(0, content.length() - 1) : content;
      if (!secret.isBlank()) {
        return secret;
      }
      problems.accept("%s=%s: the file is empty".formatted(variable, Values.quoted(file)));
    } catch (IOException | InvalidPathException e) {
      problems.accept(
          "%s%s: must be a text file that the worker can read (%s)"
              .formatted(variable, shown(file), e.getClass().getSimpleName()));
    }
    return null;
  }

  /** What does not look like a path may be the secret itself, by a slip of the hand. */
  private static String shown(String file) {
    return file.startsWith("/") || file.startsWith(".")
        ? "=" + Values.quoted(file)
        : " (value hidden: no absolute path)";
  }
}
