package dev.explanations.worker.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings from their texts and collects every problem instead of stopping at the first one.
 * Also keeps the values in force, secrets hidden. Used by one thread only.
 */
final class Values {
  private static final int MAX_SHOWN = 200;

  /** Largest file with a secret, in bytes. The largest are lists of authorities. */
  private static final int MAX_FILE = 1024 * 1024;

  private static final Pattern LOGIN_OR_QUERY = Pattern.compile("(?s)(://).*(?=@)|([?#]).*");

  private final Map<String, String> texts;
  private final List<String> problems = new ArrayList<>();
  private final Set<Setting<?>> bad = new HashSet<>();
  private final Map<String, String> inForce = new LinkedHashMap<>();

  /**
   * @param texts by name, none of them blank
   */
  Values(Map<String, String> texts) {
    this.texts = texts;
  }

  /** The value of a setting that has a fixed default. */
  <T> T get(Setting<T> setting) {
    String byDefault = setting.byDefault();
    if (byDefault == null) {
      throw new IllegalArgumentException(setting.name() + " has no fixed default");
    }
    return getOr(setting, setting.type().parser().apply(byDefault));
  }

  /** The value, or the fallback if the setting is absent or bad. */
  <T> T getOr(Setting<T> setting, T fallback) {
    T value = parsed(setting);
    T result = value == null ? fallback : value;
    inForce.put(setting.name(), Types.shown(result));
    return result;
  }

  /** The value, or {@code null} if the setting is absent or bad. */
  <T> @Nullable T find(Setting<T> setting) {
    T value = parsed(setting);
    inForce.put(setting.name(), value == null ? "" : Types.shown(value));
    return value;
  }

  /** Records a problem of several settings together, unless one of them is bad by itself. */
  void require(boolean holds, String problem, Setting<?>... involved) {
    if (!holds && Collections.disjoint(bad, List.of(involved))) {
      problems.add(problem);
    }
  }

  void problem(String problem) {
    problems.add(problem);
  }

  void inForce(String name, String shown) {
    inForce.put(name, shown);
  }

  Map<String, String> texts() {
    return texts;
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  Map<String, String> inForce() {
    return Collections.unmodifiableMap(inForce);
  }

  /** The text of a secret, from the variable itself or from the file named beside it. */
  @Nullable String secretText(String name, String fileName) {
    String text = texts.get(name);
    String file = texts.get(fileName);
    if (file == null) {
      return text;
    }
    if (text != null) {
      problem("%s and %s are both set: only one of them is allowed".formatted(name, fileName));
      return null;
    }
    return secretIn(fileName, file);
  }

  /** Reads a secret from a file, without one newline at its end; {@code null} after a problem. */
  private @Nullable String secretIn(String variable, String file) {
    try {
      byte[] bytes = head(Path.of(file));
      if (bytes.length > MAX_FILE) {
        problem("%s=%s: must have at most %d bytes".formatted(variable, quoted(file), MAX_FILE));
        return null;
      }
      String content =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      String secret =
          content.endsWith("\r\n")
              ? content.substring(0, content.length() - 2)
              : content.endsWith("\n") ? content.substring(0, content.length() - 1) : content;
      if (!secret.isBlank()) {
        return secret;
      }
      problem("%s=%s: the file is empty".formatted(variable, quoted(file)));
    } catch (IOException | InvalidPathException e) {
      problem(
          "%s%s: must be a text file that the worker can read (%s)"
              .formatted(variable, shownFile(file), e.getClass().getSimpleName()));
    }
    return null;
  }

  /** Content of a file; of a larger one so much that this is seen. */
  private static byte[] head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_FILE + 1);
    }
  }

  /**
   * Shows a file name for a message. A text that does not look like a path is hidden: it may be the
   * secret itself, set by mistake.
   */
  private static String shownFile(String file) {
    return file.startsWith("/") || file.startsWith(".")
        ? "=" + quoted(file)
        : " (value hidden: no absolute path)";
  }

  /**
   * Makes a text fit for a message: one line of limited length, without login and query of a URL,
   * since they may be secrets.
   */
  static String quoted(String text) {
    String safe =
        text.contains("://") ? LOGIN_OR_QUERY.matcher(text).replaceAll("$1$2******") : text;
    String printable = safe.replaceAll("\\p{Cntrl}", "?");
    return printable.length() <= MAX_SHOWN ? printable : printable.substring(0, MAX_SHOWN) + "...";
  }

  private <T> @Nullable T parsed(Setting<T> setting) {
    if (bad.contains(setting)) {
      return null;
    }
    int before = problems.size();
    String text =
        setting.secret()
            ? secretText(setting.name(), setting.fileName())
            : texts.get(setting.name());
    if (problems.size() > before) {
      bad.add(setting);
    }
    if (text == null) {
      return null;
    }
    try {
      return setting.type().parser().apply(setting.secret() ? text : text.strip());
    } catch (IllegalArgumentException | ArithmeticException e) {
      bad.add(setting);
      String shown = setting.secret() ? " (value hidden)" : "=" + quoted(text);
      problem("%s%s: must be %s".formatted(setting.name(), shown, setting.type().allowed()));
      return null;
    }
  }
}
