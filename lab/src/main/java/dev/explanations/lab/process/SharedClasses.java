package dev.explanations.lab.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * An archive of the worker's classes, loaded and linked, with which its process needs less than
 * half the CPU until it is ready. The JVM uses it for the class path that it was made with: the
 * worker's jar, and {@code lib/} beside it. With another one it starts without.
 */
final class SharedClasses {

  /** Names the archive; without it, or before it has been made, workers start as usual. */
  private static final String PROPERTY = "worker.classes";

  private SharedClasses() {}

  /** Arguments of the worker's JVM: its class path and the archive, or none. */
  static List<String> arguments() {
    String archive = System.getProperty(PROPERTY);
    if (archive == null || !Files.exists(Path.of(archive))) {
      return List.of();
    }
    return workerJar()
        .map(
            jar ->
                List.of(
                    "-cp", jar, "-XX:AOTCache=" + archive, "-Xlog:aot=off", "-Xlog:class+path=off"))
        .orElse(List.of());
  }

  /** In a build that has packaged it; otherwise its classes come from a directory. */
  private static Optional<String> workerJar() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> entry.endsWith("explanation-worker.jar"))
        .findFirst();
  }
}
