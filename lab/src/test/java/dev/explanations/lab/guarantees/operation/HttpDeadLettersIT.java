package dev.explanations.lab.guarantees.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.DeadLetterBox;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.worker.Worker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an operator does after an outage, over HTTP. */
class HttpDeadLettersIT {

  private static final int FAILED = 30;

  @RegisterExtension static final Cluster cluster = new Cluster();

  private final HttpClient client = HttpClient.newHttpClient();
  private int port;

  private HttpResponse<String> call(String method, String path, String body) throws Exception {
    URI uri = URI.create("http://127.0.0.1:%d/api/dead-letters%s".formatted(port, path));
    return client.send(
        HttpRequest.newBuilder(uri)
            .method(method, BodyPublishers.ofString(body))
            .header("Authorization", "Bearer a-token-of-the-test")
            .build(),
        BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) throws Exception {
    return new ObjectMapper().readTree(response.body());
  }

  /** Of a job, whether it ended at once or not. */
  private JsonNode ended(HttpResponse<String> response) throws Exception {
    assertThat(response.statusCode()).as(response.body()).isIn(200, 202);
    String path = "/redrive/" + json(response).path("id").asText();
    await()
        .atMost(Rig.PATIENCE)
        .until(() -> !json(call("GET", path, "")).path("state").asText().equals("running"));
    return json(call("GET", path, ""));
  }

  @Test
  void letters_areLookedAt_andSentBack() throws Exception {
    Rig rig = cluster.rig(Behaviour.of(Reply.Canned.OVERLOADED));
    Worker worker =
        rig.start(
            "w1",
            "CONTROL_TOKEN",
            "a-token-of-the-test",
            "RETRY_MAX_ATTEMPTS",
            "1",
            "CIRCUIT_BREAKER_ENABLED",
            "false");
    port = worker.httpPort();
    rig.ask("broken", "{\"requestId\": \"broken\", \"topic\": \"Load\"}");
    rig.awaitResults(1);
    rig.askAbout(0, FAILED);
    rig.awaitResults(FAILED + 1);
    await()
        .atMost(Rig.PATIENCE)
        .until(() -> json(call("GET", "?limit=500", "")).path("deadLetters").size() == FAILED + 1);

    JsonNode newest = json(call("GET", "?limit=5", "")).path("deadLetters");
    assertThat(newest).hasSize(5);
    assertThat(newest.path(0).path("topic").asText()).isEqualTo("Load");
    assertThat(newest.path(0).path("value").asText())
        .contains(newest.path(0).path("subtopic").asText());
    // the oldest of all
    JsonNode invalid = json(call("GET", "?limit=1&reason=invalid_request", ""));
    assertThat(invalid.at("/deadLetters/0/requestId").asText()).isEqualTo("broken");
    assertThat(invalid.at("/deadLetters/0/subtopic").isNull()).isTrue();
    assertThat(invalid.path("complete").asBoolean()).isTrue();

    rig.gemini.behave(Behaviour.answer(Duration.ofMillis(5)));
    String wanted = "{\"reason\": \"model_unavailable\", \"dryRun\": %s}";
    JsonNode dry = ended(call("POST", "/redrive", wanted.formatted(true)));
    assertThat(dry.at("/report/sent").asInt()).isEqualTo(FAILED);
    JsonNode sent = ended(call("POST", "/redrive", wanted.formatted(false)));
    assertThat(sent.path("state").asText()).isEqualTo("complete");
    assertThat(sent.at("/report/sent").asInt()).isEqualTo(FAILED);
    await()
        .atMost(Rig.PATIENCE)
        .until(() -> new DeadLetterBox(rig).answered("explained").size() == FAILED);

    String id = sent.path("id").asText();
    JsonNode again = ended(call("POST", "/redrive", wanted.formatted(false)));
    assertThat(again.at("/report/skipped/sent_before").asInt()).isEqualTo(FAILED);
    String resumed = "{\"id\": \"%s\", \"reason\": \"model_unavailable\"}".formatted(id);
    assertThat(ended(call("POST", "/redrive", resumed)).at("/report/sentBefore").asInt())
        .isEqualTo(FAILED);
    HttpResponse<String> other = call("POST", "/redrive", "{\"id\": \"%s\"}".formatted(id));
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(other.body()).contains("reason=model_unavailable");
  }
}
