package dev.explanations.lab.bench.baseline;

import dev.explanations.worker.Worker;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The worker of another build, run with what else this build's class path has. */
public final class WorkerBuild {

  private WorkerBuild() {}

  /**
   * Arguments of its JVM.
   *
   * @param worker a directory of classes, whose libraries are this build's, or a jar, which brings
   *     those that are beside it
   */
  public static List<String> classPath(Path worker) throws URISyntaxException {
    if (!Files.exists(worker)) {
      throw new IllegalArgumentException("there is no " + worker);
    }
    Path own =
        Path.of(
            Objects.requireNonNull(Worker.class.getProtectionDomain().getCodeSource())
                .getLocation()
                .toURI());
    return List.of("-cp", classPath(worker, own, System.getProperty("java.class.path")));
  }

  /** The other worker first, so that its libraries win, and its own nowhere. */
  public static String classPath(Path worker, Path own, String classPath) {
    List<String> entries = new ArrayList<>(List.of(worker.toString()));
    Arrays.stream(classPath.split(File.pathSeparator))
        .filter(entry -> !Path.of(entry).toAbsolutePath().normalize().equals(own))
        .forEach(entries::add);
    return String.join(File.pathSeparator, entries);
  }
}
