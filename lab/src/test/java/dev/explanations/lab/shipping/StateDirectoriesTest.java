package dev.explanations.lab.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How docker-compose.yml starts a worker, run by a shell with a worker that only plays. */
@EnabledOnOs(OS.LINUX)
class StateDirectoriesTest {

  private static final String WORKER = "/opt/explanation-worker/bin/explanation-worker";

  @TempDir Path files;
  private final List<Process> workers = new ArrayList<>();
  private String script = "";

  @BeforeEach
  void readScript() throws IOException {
    Path worker = files.resolve("worker");
    Files.writeString(worker, "#!/bin/sh\necho \"$INSTANCE_ID $STATE_DIR\"\nexec sleep 60\n");
    assertThat(worker.toFile().setExecutable(true)).isTrue();
    script =
        Project.yaml(Project.ROOT.resolve("docker-compose.yml"))
            .getFirst()
            .at("/services/worker/command/0")
            .asText()
            .replace("$$", "$")
            .replace(WORKER, worker.toString());
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (Process worker : workers) {
      worker.destroyForcibly().waitFor();
    }
  }

  @Test
  void eachWorker_hasADirectoryOfItsOwn() throws IOException {
    assertThat(List.of(startWorker(), startWorker(), startWorker()))
        .containsExactly(place(1), place(2), place(3));
  }

  @Test
  void workersThatStartTogether_shareNone() throws IOException {
    List<Process> together = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      together.add(start());
    }
    List<String> places = new ArrayList<>();
    for (Process worker : together) {
      places.add(firstLine(worker));
    }

    assertThat(places).doesNotHaveDuplicates().contains(place(1), place(8));
  }

  @Test
  void workerThatComesBack_hasThePlaceOfTheOneThatWasKilled() throws Exception {
    startWorker();
    startWorker();
    startWorker();

    workers.get(1).destroyForcibly().waitFor();

    assertThat(startWorker()).isEqualTo(place(2));
  }

  private String startWorker() throws IOException {
    return firstLine(start());
  }

  private Process start() throws IOException {
    ProcessBuilder builder = new ProcessBuilder("/bin/bash", "-euc", script);
    builder.environment().put("STATE_DIR", files.resolve("state").toString());
    builder.redirectError(files.resolve("errors").toFile());
    Process worker = builder.start();
    workers.add(worker);
    return worker;
  }

  private static String firstLine(Process worker) throws IOException {
    // closed with the process
    BufferedReader reader = worker.inputReader();
    return String.valueOf(reader.readLine());
  }

  private String place(int number) {
    return "state-%d %s/state-%d".formatted(number, files.resolve("state"), number);
  }
}
