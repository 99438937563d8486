package dev.explanations.lab.soak.watch;

import dev.explanations.lab.watch.Poller;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Measures every 30 s, on a thread of its own, the disk space of each topic on all brokers
 * together, and that of each worker's state.
 */
public final class DiskWatch implements AutoCloseable {

  private static final Duration INTERVAL = Duration.ofSeconds(30);

  /** Directory of a partition on a broker. */
  private static final Pattern PARTITION = Pattern.compile("(.+)-\\d+");

  private final Path brokers;
  private final Map<String, Path> states;
  private final List<Map<String, Long>> samples = new ArrayList<>();
  private final Poller poller;

  /**
   * Begins to measure.
   *
   * @param brokers directory that holds the logs of all brokers
   * @param states state directories by name of the worker
   */
  public DiskWatch(Path brokers, Map<String, Path> states) {
    this.brokers = brokers;
    this.states = states;
    this.poller = Poller.start("disks", INTERVAL, this::look);
  }

  @Override
  public void close() {
    poller.close();
  }

  /** Bytes by topic or state, one value for each measurement; 0 where there was nothing. */
  public synchronized Map<String, List<Long>> bytes() {
    Map<String, List<Long>> bytes = new TreeMap<>();
    samples.stream()
        .flatMap(sample -> sample.keySet().stream())
        .distinct()
        .forEach(
            name ->
                bytes.put(
                    name, samples.stream().map(sample -> sample.getOrDefault(name, 0L)).toList()));
    return bytes;
  }

  private void look() {
    Map<String, Long> sample = new TreeMap<>();
    add(brokers, sample, null);
    states.forEach((worker, state) -> add(state, sample, "state of " + worker));
    synchronized (this) {
      samples.add(sample);
    }
  }

  /**
   * Adds the sizes of files to a sample, under the name or else by topic. Indexes of a topic's log
   * are left out: active ones are preallocated at their largest size.
   */
  private static void add(Path root, Map<String, Long> sample, @Nullable String name) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String owner = name == null ? topic(file) : name;
              if (owner != null) {
                sample.merge(owner, attributes.size(), Long::sum);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException gone) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable String topic(Path file) {
    Path directory = file.getParent();
    if (directory == null || !file.toString().endsWith(".log")) {
      return null;
    }
    Matcher partition = PARTITION.matcher(String.valueOf(directory.getFileName()));
    return partition.matches() ? partition.group(1) : null;
  }
}
