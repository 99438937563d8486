package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.api.RawHttp.Answer;
import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.request.TargetReader;
import dev.explanations.worker.control.CommandResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandEndpointsTest {
  private final MemoryBreakers breakers = new MemoryBreakers("google_ai");
  private final MemoryControl control = new MemoryControl(breakers);
  @AutoClose private final OpsServer server = TestServers.of(breakers, control);

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  private Answer post(String path, String body) throws IOException {
    String length = "Content-Length: " + body.length();
    List<String> head = List.of("POST " + path + " HTTP/1.1", "Host: localhost", length);
    return RawHttp.send(server.port(), head, body);
  }

  @Test
  void clear_isGiven_andTellsWhoHasAppliedIt() throws Exception {
    Answer cleared = post("/api/cache/clear", "");

    assertThat(cleared.status()).isEqualTo(200);
    assertThat(cleared.body())
        .isEqualTo(
            "{\"message\":\"Cache cleared\",\"applied\":[\"w1\",\"w2\"],\"missing\":[\"w3\"]}");
    assertThat(control.given).containsExactly(new Command.ClearCache());
  }

  @Test
  void pauseAndResume_areGiven() throws Exception {
    assertThat(post("/api/worker/pause", "").status()).isEqualTo(200);
    assertThat(post("/api/worker/resume", "{}").status()).isEqualTo(200);

    assertThat(control.given).containsExactly(new Command.Pause(), new Command.Resume());
  }

  @Test
  void candidateShare_isGiven_andWhatIsAskedWithIsTold() throws Exception {
    Answer set = post("/api/prompt", "{\"candidateShare\": 0.25}");

    assertThat(set.status()).isEqualTo(200);
    assertThat(set.json().path("candidate").asText()).isEqualTo("next-0a1b2c3d");
    assertThat(control.given).containsExactly(new Command.SetCandidateShare(0.25));
    assertThat(TestServers.call(server, "GET /api/prompt", List.of("Host: localhost")).body())
        .isEqualTo("{\"version\":\"1\",\"candidate\":\"next-0a1b2c3d\",\"candidateShare\":0.2}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"candidateShare\": -0.1}",
        "{\"candidateShare\": 1.1}",
        "{\"candidateShare\": \"1\"}",
        "{\"candidateShare\": null}",
        "{\"candidateShare\": 1, \"more\": 1}"
      })
  void candidateShare_thatIsNone_isRefused(String body) throws Exception {
    assertThat(post("/api/prompt", body).status()).isEqualTo(400);
    assertThat(control.given).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{'topic':'Biology'} | All explanations of the topic invalidated",
        "{'topic':'Biology','subtopic':'Cells','detail':'brief','education':'x','language':'en'}"
            + " | Explanation invalidated"
      })
  void invalidate_isGiven_forATopicOrAnExplanation(String body, String message) throws Exception {
    String json = body.replace('\'', '"');

    Answer answer = post("/api/cache/invalidate", json);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("message").asText()).isEqualTo(message);
    Command.Target target = new TargetReader().read(json.getBytes(StandardCharsets.UTF_8));
    assertThat(control.given).containsExactly(new Command.InvalidateCache(target));
  }

  @Test
  void invalidate_isRefused_withTheReason_whenItIsNotClearWhat() throws Exception {
    Answer answer = post("/api/cache/invalidate", "{\"topic\":\"T\",\"subTopic\":\"S\"}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.json().path("detail").asText())
        .isEqualTo(
            "There must be topic alone, or all of topic, subtopic, detail, education, language,"
                + " and nothing else.");
    assertThat(control.given).isEmpty();
  }

  @Test
  void commandThatKafkaHasNotTaken_isUnavailable() throws Exception {
    control.result = new CommandResult.NotPublished("this worker is starting");

    Answer answer = post("/api/cache/clear", "");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().path("detail").asText())
        .isEqualTo("The command was not given: this worker is starting.");
  }
}
