package dev.explanations.lab.shipping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.explanations.worker.settings.SettingsTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The project's files, and the names that they may use. */
final class Project {

  /** Relative to the module, where Maven runs tests. */
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern SETTING = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|");
  private static final Pattern SECRETS = Pattern.compile("Secrets \\((.*?), and secret");
  private static final Pattern QUOTED = Pattern.compile("`([A-Z_]+)`");

  private Project() {}

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The documents of a file of YAML. */
  static List<JsonNode> yaml(Path file) {
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(file.toFile())) {
      return documents.readAll();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " is not YAML", e);
    }
  }

  /** Every name that sets something: the settings, and {@code X_FILE} for each secret X. */
  static Set<String> settings() {
    String table = SettingsTable.markdown();
    Set<String> names = new TreeSet<>();
    SETTING.matcher(table).results().forEach(found -> names.add(found.group(1)));
    Matcher secrets = SECRETS.matcher(table);
    if (names.isEmpty() || !secrets.find()) {
      throw new AssertionError("the settings table has another form now");
    }
    QUOTED
        .matcher(secrets.group(1))
        .results()
        .forEach(secret -> names.add(secret.group(1) + "_FILE"));
    return names;
  }
}
