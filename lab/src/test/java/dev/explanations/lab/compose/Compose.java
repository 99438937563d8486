package dev.explanations.lab.compose;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A project of its own from a compose file, by the docker command. Used by one thread. */
final class Compose implements AutoCloseable {

  private final String project = "explanations-it-" + ProcessHandle.current().pid();
  private final List<String> command;
  private final Map<String, String> variables = new HashMap<>();

  private record Ended(int exitCode, String output) {
    boolean well() {
      return exitCode == 0;
    }
  }

  /**
   * Starts nothing yet.
   *
   * @param variables for the file
   */
  Compose(Path file, Map<String, String> variables) {
    command = new ArrayList<>(List.of("docker", "compose", "--file", file.toString()));
    command.addAll(List.of("--project-name", project));
    this.variables.putAll(variables);
  }

  /** In a few words; empty when it can be started. Builds what the file says how to build. */
  String whatIsMissing() throws InterruptedException {
    try {
      if (!run(List.of("docker", "version")).well()) {
        return "no Docker engine answers";
      }
      Ended images = compose("config", "--images");
      if (!images.well()) {
        return "docker compose: " + images.output();
      }
      for (String image : images.output().lines().distinct().toList()) {
        // those that are built are named after the project
        if (!image.startsWith(project)
            && !run(List.of("docker", "image", "inspect", image)).well()) {
          return "no image " + image;
        }
      }
      Ended build = compose("build");
      return build.well() ? "" : "docker compose build: " + build.output();
    } catch (IOException e) {
      return "no docker command: " + e.getMessage();
    }
  }

  /**
   * Pulls and builds nothing; does not wait until it is ready.
   *
   * @param options of up
   */
  void up(String... options) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("up", "--detach", "--no-build", "--pull", "never"));
    arguments.addAll(List.of(options));
    output(arguments.toArray(String[]::new));
  }

  /** For the file, from the next command on. */
  void set(String variable, String value) {
    variables.put(variable, value);
  }

  void stop() throws IOException, InterruptedException {
    output("stop");
  }

  /** Of a command in the first container of a service. */
  String exec(String service, String... command) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("exec", "--no-TTY", service));
    arguments.addAll(List.of(command));
    return output(arguments.toArray(String[]::new));
  }

  /** Lines that {@code docker inspect} makes of all containers of a service; of all, if empty. */
  List<String> inspect(String service, String template) throws IOException, InterruptedException {
    List<String> containers = new ArrayList<>(List.of("ps", "--all", "--quiet"));
    if (!service.isEmpty()) {
      containers.add(service);
    }
    List<String> inspect = new ArrayList<>(List.of("docker", "inspect", "--format", template));
    inspect.addAll(output(containers.toArray(String[]::new)).lines().toList());
    return run(inspect).output().lines().filter(line -> !line.isBlank()).toList();
  }

  /** Of all containers, whatever has become of them. */
  String log() throws IOException, InterruptedException {
    return output("logs", "--no-color");
  }

  /** Services, in no order. */
  List<String> running() throws IOException, InterruptedException {
    return output("ps", "--services", "--filter", "status=running").lines().toList();
  }

  private String output(String... arguments) throws IOException, InterruptedException {
    Ended ended = compose(arguments);
    if (!ended.well()) {
      throw new AssertionError(ended.output());
    }
    return ended.output();
  }

  /** Removes containers, volumes and what was built. */
  @Override
  public void close() throws IOException {
    try {
      compose("down", "--volumes", "--rmi", "local", "--timeout", "20");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Ended compose(String... arguments) throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(command);
    whole.addAll(List.of(arguments));
    return run(whole);
  }

  private Ended run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(variables);
    // no test costs anything
    builder.environment().remove("GOOGLE_API_KEY");
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    return new Ended(process.waitFor(), output);
  }
}
