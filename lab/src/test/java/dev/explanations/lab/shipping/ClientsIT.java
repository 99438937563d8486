package dev.explanations.lab.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.lab.broker.EmbeddedBroker;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.GeminiSimulator;
import dev.explanations.lab.simulator.script.Behaviour;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program of {@code docs/clients.md}. */
class ClientsIT {

  private static final Pattern PROGRAM =
      Pattern.compile("<!-- run by ClientsIT -->\n```java\n(.*?)```", Pattern.DOTALL);

  @TempDir Path files;

  @Test
  void javaClient_getsItsAnswer() throws Exception {
    Matcher program = PROGRAM.matcher(Project.text(Project.ROOT.resolve("docs/clients.md")));
    assertThat(program.find()).isTrue();
    Path source = Files.writeString(files.resolve("Ask.java"), program.group(1));

    try (EmbeddedBroker broker = EmbeddedBroker.start(files.resolve("broker"));
        GeminiSimulator gemini = GeminiSimulator.start(Behaviour.answer(Duration.ofMillis(10)));
        WorkerProcess _ =
            WorkerProcess.start(
                Map.of(
                    "KAFKA_BOOTSTRAP_SERVERS",
                    broker.bootstrapServers(),
                    "GOOGLE_GEMINI_BASE_URL",
                    gemini.baseUrl(),
                    "GOOGLE_API_KEY",
                    "none",
                    "STREAM_THREADS",
                    "1",
                    "PARTITIONS",
                    "2",
                    "STATE_DIR",
                    files.resolve("state").toString()),
                List.of())) {
      String printed = run(source, broker.bootstrapServers());

      assertThat(printed.lines().toList().getLast())
          .contains("\"status\":\"explained\"", "\"subtopic\":\"The Calvin cycle\"");
    }
  }

  private String run(Path source, String bootstrapServers) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // logs to the standard output otherwise
                "-Dlogback.configurationFile="
                    + Files.writeString(files.resolve("l.xml"), "<configuration/>"),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString(),
                bootstrapServers)
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended by itself").isTrue();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      process.destroyForcibly();
    }
  }
}
