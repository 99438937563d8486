package dev.explanations.lab.shipping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script that trains the cache of classes, with a lab and a worker that only play. */
@DisabledOnOs(OS.WINDOWS)
class TrainAotTest {

  private static final Path SCRIPT = Project.ROOT.resolve("worker/docker/train-aot");

  @TempDir Path files;

  @Test
  void worker_reachesTheSimulator_onThePortItListensOn() throws Exception {
    assertThat(train(Map.of())).contains("explanation-worker.aot");

    assertThat(Files.readString(files.resolve("lab")))
        .contains("broker --port 9092\n", "simulator --port 8090\n")
        .contains("submit --bootstrap localhost:9092 ");
    assertThat(Files.readString(files.resolve("worker")))
        .contains("GOOGLE_GEMINI_BASE_URL=http://localhost:8090\n")
        .contains("KAFKA_BOOTSTRAP_SERVERS=localhost:9092\n");
  }

  @Test
  void ports_mayBeOthers() throws Exception {
    train(Map.of("BROKER_PORT", "19092", "SIMULATOR_PORT", "18090", "HTTP_PORT", "18080"));

    assertThat(Files.readString(files.resolve("lab"))).contains("simulator --port 18090\n");
    assertThat(Files.readString(files.resolve("worker")))
        .contains("GOOGLE_GEMINI_BASE_URL=http://localhost:18090\n")
        .contains("KAFKA_BOOTSTRAP_SERVERS=localhost:19092\n", "HTTP_PORT=18080\n");
  }

  /** Fails unless the script ends well. */
  private String train(Map<String, String> ports) throws IOException, InterruptedException {
    Path home = Files.createDirectories(files.resolve("home"));
    Path path = Files.createDirectories(files.resolve("path"));
    executable(
        path.resolve("java"),
        """
        while [ "$1" != dev.explanations.lab.LabMain ]; do shift; done
        shift
        echo "$*" >>FILES/lab
        case $1 in
          submit) ;;
          *) echo "$1 on" && exec sleep 60 ;;
        esac
        """);
    executable(home.resolve("bin/ready"), "[ -f FILES/worker ]\n");
    executable(
        home.resolve("bin/explanation-worker"),
        """
        trap 'touch "${JAVA_OPTS#-XX:AOTCacheOutput=}"; exit 0' TERM
        env >FILES/worker
        while :; do sleep 0.05; done
        """);

    ProcessBuilder builder =
        new ProcessBuilder(SCRIPT.toString(), "/no/java", home.toString(), "/no/lab/*")
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.endsWith("_PORT"));
    builder.environment().merge("PATH", path + ":", (old, first) -> first + old);
    builder.environment().putAll(ports);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  private void executable(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/bash\n" + body.replace("FILES", files.toString()));
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
