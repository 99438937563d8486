package dev.explanations.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the process itself promises: output and exit codes. */
class MainTest {
  private record Result(int exitCode, List<String> output, List<String> errors) {}

  private static Result run(Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    try (JavaProcess process = new JavaProcess(environment, Main.class.getName(), args)) {
      List<String> output = process.output();
      List<String> errors = process.errors();
      return new Result(process.exitCode(), output, errors);
    }
  }

  @Test
  void main_printsAllProblems_andExitsWithTwo() throws Exception {
    Result result =
        run(
            Map.of(
                "GEMINI_TIMEOUT", "soon",
                "HTTP_HOST", "0.0.0.0",
                "KAFKA_ISOLATION_LEVEL", "read_uncommitted"));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.errors())
        .hasSize(4)
        .anyMatch(line -> line.startsWith("GEMINI_TIMEOUT=soon: must be a duration"))
        .anyMatch(line -> line.startsWith("GOOGLE_API_KEY is not set"))
        .anyMatch(line -> line.startsWith("CONTROL_TOKEN is not set"))
        .anyMatch(line -> line.startsWith("KAFKA_ISOLATION_LEVEL: must not be set"));
    assertThat(result.output()).isEmpty();
  }

  @Test
  void main_refusesBadEnvironment_withoutNoiseFromLogging() throws Exception {
    Result result = run(Map.of("GOOGLE_API_KEY", "k", "ENVIRONMENT", "staging"));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.errors())
        .containsExactly("ENVIRONMENT=staging: must be development or production");
    assertThat(result.output()).isEmpty();
  }

  @Test
  void main_readsTheFileNamedByWorkerConfig(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("worker.properties"), "REDIS_DB=x\n");

    Result result = run(Map.of("GOOGLE_API_KEY", "k", "WORKER_CONFIG", file.toString()));

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.errors()).singleElement().asString().startsWith("REDIS_DB=x: must be");
  }

  @Test
  void main_stopsAtOnce_whenItIsToldToWhileNoBrokerAnswers(@TempDir Path directory)
      throws Exception {
    Map<String, String> environment =
        Map.of(
            "GOOGLE_API_KEY", "k",
            "HTTP_PORT", "0",
            "STATE_DIR", directory.toString(),
            "SHUTDOWN_TIMEOUT", "20s",
            // nothing listens on the discard port
            "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9");
    try (JavaProcess process = new JavaProcess(environment, Main.class.getName())) {
      String line = process.nextLine();
      while (!line.contains("listening on")) {
        assertThat(line).as("output before it listens").isNotEmpty();
        line = process.nextLine();
      }

      process.terminate();

      assertThat(process.output()).last().asString().contains("Worker stopped, exit code 0");
      assertThat(process.exitCode()).isZero();
    }
  }

  @Test
  void main_saysTheTrueExitCode_last_whenItCannotStart(@TempDir Path directory) throws Exception {
    Path noDirectory = Files.createFile(directory.resolve("file"));
    Result result =
        run(Map.of("GOOGLE_API_KEY", "k", "HTTP_PORT", "0", "STATE_DIR", noDirectory.toString()));

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output())
        .filteredOn(line -> line.contains("Cannot start: STATE_DIR"))
        .hasSize(1);
    assertThat(result.output()).last().asString().contains("Worker stopped, exit code 1");
    assertThat(result.output()).filteredOn(line -> line.contains("exit code")).hasSize(1);
  }

  @Test
  void main_describesTheTopology_withoutKey() throws Exception {
    Result result = run(Map.of(), "--describe");

    assertThat(result.exitCode()).isZero();
    assertThat(result.output()).anyMatch(line -> line.startsWith("Topologies:"));
    assertThat(result.errors()).noneMatch(line -> line.contains("Exception"));
  }

  @Test
  void main_printsAcls_withoutKey() throws Exception {
    Result commands = run(Map.of(), "--acls", "worker", "User:w");
    assertThat(commands.exitCode()).isZero();
    assertThat(commands.output())
        .anyMatch(line -> line.contains("--allow-principal User:w ") && line.contains("--group"));
    assertThat(commands.errors()).noneMatch(line -> line.contains("Exception"));

    Result unknown = run(Map.of(), "--acls", "nobody");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.errors()).first().asString().isEqualTo("unknown: --acls nobody");
  }

  @Test
  void main_printsHelpAndVersion() throws Exception {
    Result help = run(Map.of(), "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.output())
        .anyMatch(line -> line.startsWith("Usage:"))
        .anyMatch(line -> line.contains("GEMINI_TIMEOUT [60s]"));

    Result version = run(Map.of(), "--version");
    assertThat(version.exitCode()).isZero();
    assertThat(version.output()).singleElement().asString().isNotBlank();
  }

  @Test
  void main_refusesUnknownOption() throws Exception {
    Result result = run(Map.of(), "--verbose");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.errors()).first().asString().isEqualTo("unknown: --verbose");
  }
}
