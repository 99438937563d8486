package dev.explanations.lab.bench.rig;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Options about the worker that every scenario has. */
public final class WorkerOptions {

  @Option(
      names = "--in-flight",
      description = "GEMINI_MAX_IN_FLIGHT. Default: 256; 64 for those about failures.")
  private @Nullable Integer inFlight;

  @Option(
      names = "--partitions",
      description = "Default: 8; 12 for those about several workers, which share them evenly.")
  private @Nullable Integer partitions;

  @Option(
      names = "--threads",
      description = "STREAM_THREADS. Default: 2; 1 for those about several workers.")
  private @Nullable Integer threads;

  @Option(
      names = "--heap",
      description = "-Xmx of a worker. Default: 1g; 512m for those that wait, 256m for several.")
  private @Nullable String heap;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      showDefaultValue = Visibility.NEVER,
      description = "Another setting of the worker, such as CACHE_TTL=10m; repeatable.")
  private Map<String, String> settings = Map.of();

  @Option(
      names = "--jvm",
      paramLabel = "ARGUMENT",
      showDefaultValue = Visibility.NEVER,
      description = {
        "Another argument of the worker's JVM, after those that it ships; repeatable.",
        "Another collector: --jvm=-XX:-UseSerialGC --jvm=-XX:+UseZGC"
      })
  private List<String> jvmArguments = List.of();

  @Option(
      names = "--build",
      paramLabel = "PATH",
      description = {
        "The worker of another build: its jar, with lib/ beside it, or its directory of classes,",
        "which is then run with this build's libraries."
      })
  @Nullable Path build;

  @Option(
      names = "--pairs",
      defaultValue = "0",
      description = {
        "Compares this build with that other one: so many runs of each, in turn, after one that is",
        "not counted. Tells the median of each figure, and of its ratio in each pair."
      })
  int pairs;

  @Option(
      names = "--plain",
      description = "The worker calls Gemini with OkHttp alone, to tell what the SDK takes.")
  boolean plain;

  @Option(
      names = "--timeout",
      defaultValue = "10m",
      description = "How long to wait for results before they count as lost.")
  private Duration timeout = Duration.ZERO;

  @Option(
      names = "--logs",
      paramLabel = "DIRECTORY",
      description = "Where to write what the workers print; by default nowhere.")
  @Nullable Path logs;

  public int inFlight(int unlessChosen) {
    return inFlight == null ? unlessChosen : inFlight;
  }

  /** Of the worker's JVM, besides those that the worker ships. */
  List<String> jvmArguments(String heapUnlessChosen) {
    List<String> arguments = new ArrayList<>();
    arguments.add("-Xmx" + (heap == null ? heapUnlessChosen : heap));
    arguments.addAll(jvmArguments);
    return arguments;
  }

  public Duration timeout() {
    return timeout;
  }

  /**
   * As environment variables, without addresses and directories.
   *
   * @param scenario what the scenario itself needs; options win over it
   */
  public Map<String, String> environment(Map<String, String> scenario) {
    Map<String, String> environment = new HashMap<>(scenario);
    if (partitions != null) {
      environment.put("PARTITIONS", Integer.toString(partitions));
    }
    if (threads != null) {
      environment.put("STREAM_THREADS", Integer.toString(threads));
    }
    environment.putAll(settings);
    return environment;
  }

  /**
   * For the title of a run.
   *
   * @param environment of the worker
   */
  public List<String> shown(Map<String, String> environment) {
    List<String> shown =
        new ArrayList<>(
            List.of(
                "partitions " + environment.get("PARTITIONS"),
                "stream-threads " + environment.get("STREAM_THREADS")));
    settings.forEach((name, value) -> shown.add(name + "=" + value));
    if (plain) {
      shown.add("without the SDK");
    }
    return shown;
  }
}
