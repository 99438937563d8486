package dev.explanations.lab.guarantees.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Endpoints;
import dev.explanations.lab.fixture.Endpoints.Endpoint;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tokens change while a worker runs, as a secret of Kubernetes does, and none is given away. */
class TokenFilesIT {

  private static final Endpoint LETTERS = new Endpoint("GET", "/api/dead-letters", true);
  private static final Endpoint PAUSE = new Endpoint("POST", "/api/worker/pause", true);

  @RegisterExtension static final Cluster cluster = new Cluster();

  @TempDir private Path directory;

  private final Canaries canaries = new Canaries();

  /** Tokens of version 1, 2 and so on; the link moves to them in one step. */
  private void mount(int version, String control, String read) throws Exception {
    Path files = Files.createDirectory(directory.resolve("..version-" + version));
    Files.writeString(files.resolve("control"), control);
    Files.writeString(files.resolve("read"), read);
    Path next = Files.createSymbolicLink(directory.resolve("..next"), files);
    Files.move(next, directory.resolve("data"), StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void changedTokens_countWithoutARestart_andAreInNoLog() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    String control = canaries.plant("control");
    String read = canaries.plant("read");
    mount(1, control, read);
    Map<String, String> environment =
        rig.environment(
            "w1",
            "LOG_LEVEL",
            "trace",
            "CONTROL_TOKEN_FILE",
            directory.resolve("data/control").toString(),
            "READ_TOKEN_FILE",
            directory.resolve("data/read").toString());
    WorkerProcess worker = rig.launch(List.of(), environment);
    worker.awaitReady(Rig.PATIENCE);
    try (HttpClient client = HttpClient.newHttpClient()) {
      Endpoints endpoints = new Endpoints(client, worker.httpPort());
      assertThat(status(endpoints, LETTERS, read)).isEqualTo(200);

      String nextControl = canaries.plant("next control");
      String nextRead = canaries.plant("next read");
      mount(2, nextControl, nextRead);
      await()
          .atMost(Rig.PATIENCE)
          .until(
              () -> worker.log().stream().filter(it -> it.contains("another token")).count() == 2);
      assertThat(status(endpoints, LETTERS, nextRead)).isEqualTo(200);
      assertThat(status(endpoints, PAUSE, nextRead)).isEqualTo(403);
      assertThat(status(endpoints, PAUSE, nextControl)).isEqualTo(200);
      assertThat(status(endpoints, LETTERS, read)).as("within the minute").isEqualTo(200);

      mount(3, canaries.plant("bad") + "\u0001", nextRead);
      await()
          .atMost(Rig.PATIENCE)
          .until(() -> worker.log().stream().anyMatch(it -> it.contains("stays valid")));
      assertThat(status(endpoints, PAUSE, nextControl)).isEqualTo(200);
    }
    assertThat(worker.terminate(Rig.PATIENCE)).isZero();
    assertThat(canaries.in(String.join("\n", worker.log()))).isEmpty();
  }

  private static int status(Endpoints endpoints, Endpoint endpoint, String token) throws Exception {
    return endpoints.ask(endpoint, "Bearer " + token, endpoint.body()).statusCode();
  }
}
