package dev.explanations.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.LabMain;
import dev.explanations.lab.demo.Transcript.Exchange;
import dev.explanations.lab.process.FreePort;
import dev.explanations.worker.Main;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of {@code docs/getting-started.md} in a shell, each as it stands there, and
 * compares what they print with what the page shows. The shell's {@code mvn} and {@code java} run
 * the same classes as the real ones would, from the class path of the test; ports are free ones.
 */
class GettingStartedIT {

  private static final Path PAGE = Path.of("..", "docs", "getting-started.md");
  private static final Path README = Path.of("..", "README.md");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final int workerPort = FreePort.find();
  private final Map<String, Integer> ports =
      Map.of("9092", FreePort.find(), "8089", FreePort.find(), "8080", workerPort);
  private final List<Process> processes = new ArrayList<>();

  @TempDir Path directory;

  @AfterEach
  void stop() {
    processes.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
    processes.forEach(process -> process.destroyForcibly().onExit().join());
  }

  @Test
  void commands_printWhatThePageShows() throws Exception {
    // mvn -q -Plab -Dlab="COMMAND", and java -jar JAR with its own log, not that of tests
    writeScript("mvn", LabMain.class.getName() + " ${3#-Dlab=}");
    writeScript("java", "-Dlogback.configurationFile=logback.xml " + Main.class.getName());
    List<Exchange> steps = Transcript.readShell(PAGE);

    assertThat(steps).hasSize(5);
    for (Exchange step : steps) {
      String command = step.command();
      String shown = String.join("\n", step.output());
      if (command.startsWith("curl ")) {
        awaitLikeness(command, shown, () -> ask(command));
      } else {
        run(command, shown);
      }
    }

    List<String> example = Transcript.texts(README, "json");
    assertThat(Files.readString(PAGE)).contains(example.getFirst());
    assertThat(results()).anyMatch(it -> Likeness.problems(example.getLast(), it).isEmpty());
  }

  private List<String> results() {
    Map<String, Object> properties =
        Map.of(
            "bootstrap.servers",
            "localhost:" + ports.get("9092"),
            "group.id",
            "test",
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest");
    List<String> results = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("explanations.results"));
      for (int i = 0; i < 100 && results.size() < 2; i++) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> results.add(record.value()));
      }
    }
    return results;
  }

  private void writeScript(String name, String mainClass) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    String text =
        "#!/bin/sh\nexec '%s' -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '%s' %s\n"
            .formatted(java, System.getProperty("java.class.path"), mainClass);
    Path script = Files.writeString(directory.resolve(name), text);
    assertThat(script.toFile().setExecutable(true)).isTrue();
  }

  /** Starts it, and leaves it running when it has printed what is shown. */
  private void run(String command, String shown) throws IOException {
    Path output = directory.resolve("output-" + processes.size());
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", withFreePorts(command));
    builder.directory(directory.toFile()).redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", directory + File.pathSeparator + System.getenv("PATH"));
    builder.environment().put("HTTP_PORT", Integer.toString(workerPort));
    processes.add(builder.start());
    awaitLikeness(command, shown, () -> Files.readString(output));
  }

  private String withFreePorts(String command) {
    // in one go: a free port may contain the digits of another one
    return Pattern.compile(String.join("|", ports.keySet()))
        .matcher(command)
        .replaceAll(found -> String.valueOf(ports.get(found.group())));
  }

  private String ask(String command) throws Exception {
    CurlCommand curl =
        CurlCommand.parse(
            command.replace("http://localhost:8080", "$WORKER"),
            URI.create("http://127.0.0.1:" + workerPort));
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(curl.request(), BodyHandlers.ofString()).body();
    }
  }

  private static void awaitLikeness(String command, String shown, Callable<String> printed) {
    await(command)
        .atMost(PATIENCE)
        .ignoreException(IOException.class)
        .untilAsserted(
            () -> {
              String actual = printed.call();
              assertThat(Likeness.problems(shown, actual)).as(actual).isEmpty();
            });
  }
}
