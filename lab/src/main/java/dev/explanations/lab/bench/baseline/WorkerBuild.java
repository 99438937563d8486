package dev.explanations.lab.bench.baseline;

import dev.explanations.worker.Worker;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The worker of this build or of another one, which runs with what else this build's class path
 * has.
 */
public final class WorkerBuild {

  private WorkerBuild() {}

  /**
   * Arguments of its JVM: those that it ships, and its class path if it is not this build.
   *
   * @param other a directory of classes, whose libraries are this build's, or a jar, which brings
   *     those that are beside it; {@code null} is this build
   */
  public static List<String> jvmArguments(@Nullable Path other) throws IOException {
    Path own = own();
    if (other == null) {
      return jvmOptions(own);
    }
    if (!Files.exists(other)) {
      throw new IllegalArgumentException("there is no " + other);
    }
    List<String> arguments = new ArrayList<>(jvmOptions(other));
    arguments.add("-cp");
    arguments.add(classPath(other, own, System.getProperty("java.class.path")));
    return arguments;
  }

  private static Path own() {
    URL location =
        Objects.requireNonNull(Worker.class.getProtectionDomain().getCodeSource()).getLocation();
    return Path.of(URI.create(location.toString()));
  }

  /** The lines of its {@code jvm.options} that are no comments; none if it has no such file. */
  public static List<String> jvmOptions(Path worker) throws IOException {
    try (URLClassLoader classes = new URLClassLoader(new URL[] {worker.toUri().toURL()}, null);
        InputStream file = classes.getResourceAsStream("jvm.options")) {
      return file == null
          ? List.of()
          : new String(file.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.startsWith("-"))
              .toList();
    }
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
