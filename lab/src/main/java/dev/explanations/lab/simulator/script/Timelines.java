package dev.explanations.lab.simulator.script;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Timelines from files, and those that are built in, by name. */
public final class Timelines {

  /** Each is a file of that name among the resources, and an example of the format. */
  public static final List<String> BUILT_IN =
      List.of("healthy", "outage", "throttled", "slow", "flapping");

  private static final ObjectMapper JSON = new ObjectMapper();

  private Timelines() {}

  /**
   * A built-in timeline, or that in a file.
   *
   * @throws IllegalArgumentException in words for the caller when there is neither or it makes no
   *     sense
   */
  public static Timeline find(String nameOrFile) throws IOException {
    if (BUILT_IN.contains(nameOrFile)) {
      return builtIn(nameOrFile);
    }
    Path file = Path.of(nameOrFile);
    if (!Files.exists(file)) {
      throw new IllegalArgumentException(unknown(nameOrFile) + ", and no such file exists");
    }
    return BehaviourJson.timeline(JSON.readTree(Files.readAllBytes(file)));
  }

  public static Timeline builtIn(String name) {
    if (!BUILT_IN.contains(name)) {
      throw new IllegalArgumentException(unknown(name));
    }
    String resource = "/scenarios/" + name + ".json";
    try (InputStream content = Timelines.class.getResourceAsStream(resource)) {
      if (content == null) {
        throw new FileNotFoundException(resource + " is missing from the class path");
      }
      return BehaviourJson.timeline(JSON.readTree(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String unknown(String name) {
    return "'%s' is not one of %s".formatted(name, String.join(", ", BUILT_IN));
  }
}
