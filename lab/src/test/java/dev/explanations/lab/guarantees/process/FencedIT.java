package dev.explanations.lab.guarantees.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.process.FreePort;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.simulator.script.Behaviour;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FencedIT {

  private static final String TOKEN = "canary-token-4711";
  private static final String PASSWORD = "canary-password-4712";

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void worker_ends_whenAnotherTakesItsInstanceId() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(100)));
    WorkerProcess first =
        rig.process(
            "w1",
            "ENVIRONMENT",
            "production",
            "LOG_LEVEL",
            "trace",
            "CONTROL_TOKEN",
            TOKEN,
            "REDIS_ENABLED",
            "true",
            "REDIS_PORT",
            Integer.toString(FreePort.find()),
            "REDIS_PASSWORD",
            PASSWORD);
    command(first, TOKEN);
    command(first, TOKEN + "x");
    rig.askAbout(0, 200);
    rig.awaitResults(50);
    await("it has missed Redis")
        .atMost(Rig.PATIENCE)
        .until(() -> first.log().stream().anyMatch(line -> line.contains("Redis is not there")));

    rig.start("w1", "STATE_DIR", rig.stateDirectory("other").toString());
    rig.askAbout(200, 400);

    assertThat(first.awaitExit(Rig.PATIENCE)).isEqualTo(1);
    ProductionLog log = ProductionLog.of(first.log());
    assertThat(log.messages("ERROR")).anyMatch(message -> message.contains("INSTANCE_ID"));
    assertThat(log.messages("WARN")).anyMatch(message -> message.startsWith("Redis is not there"));
    assertThat(log.messages("INFO")).anyMatch(message -> message.startsWith("Control: POST"));
    assertThat(log.messages("INFO"))
        .filteredOn(message -> message.contains("exit code"))
        .containsExactly("Worker stopped, exit code 1");
    assertThat(String.join("\n", first.log()))
        .doesNotContain(TOKEN, PASSWORD, rig.environment("w1").get("GOOGLE_API_KEY"));
    rig.askAbout(400, 500);
    rig.answeredExactlyOnce();
  }

  private static void command(WorkerProcess worker, String token) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      client.send(
          HttpRequest.newBuilder(worker.uri("/api/circuit-breaker/google_ai/reset"))
              .header("Authorization", "Bearer " + token)
              .POST(BodyPublishers.noBody())
              .build(),
          BodyHandlers.discarding());
    }
  }
}
