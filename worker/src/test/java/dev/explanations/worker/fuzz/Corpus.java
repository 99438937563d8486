package dev.explanations.worker.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Seeds: real shapes, from which inputs are made. */
public final class Corpus {

  private static final Path OWN = Path.of("src/test/resources/fuzz");
  private static final Path EXAMPLES = Path.of("../schemas/examples");

  private Corpus() {}

  /** Texts of the JSON files of these directories, of the corpus itself or of the examples. */
  public static List<String> of(String... directories) {
    List<String> seeds = new ArrayList<>();
    for (String directory : directories) {
      Path own = OWN.resolve(directory);
      add(Files.isDirectory(own) ? own : EXAMPLES.resolve(directory), seeds);
    }
    return List.copyOf(seeds);
  }

  private static void add(Path directory, List<String> seeds) {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".json")).sorted().toList()) {
        seeds.add(Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
