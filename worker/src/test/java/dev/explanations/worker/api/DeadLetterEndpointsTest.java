package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.api.RawHttp.Answer;
import dev.explanations.worker.redrive.RedriveJob;
import dev.explanations.worker.redrive.RedriveJobs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterEndpointsTest {
  private static final String LIST = "GET /api/dead-letters";
  private static final String REDRIVE = "POST /api/dead-letters/redrive";

  private final MemoryDeadLetters letters = new MemoryDeadLetters();
  private final OpsServer server = TestServers.of("127.0.0.1", null, letters);
  private final AtomicReference<RedriveJob> job = new AtomicReference<>();

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void close() throws Exception {
    letters.jobs().close();
    server.close();
  }

  private Answer call(String request) throws IOException {
    return TestServers.call(server, request, List.of("Host: localhost"));
  }

  private Answer redrive(String body) throws IOException {
    List<String> head = new ArrayList<>(List.of(REDRIVE + " HTTP/1.1", "Host: localhost"));
    head.add("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length);
    return RawHttp.send(server.port(), head, body);
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void list_showsWhatIsKnownOfEach() throws Exception {
    Answer answer = call(LIST);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(
            json(
                """
                {"deadLetters": [
                  {"partition": 1, "offset": 7, "timestamp": "2026-11-23T12:00:01Z",
                   "reason": "model_unavailable", "error": "503", "requestId": "r-1",
                   "topic": "Photosynthesis", "subtopic": "Leaves", "origin": "requests/0/5",
                   "firstSeen": "2026-11-23T12:00:00Z", "attempt": 6, "replays": 1, "key": "k",
                   "value": "{\\"requestId\\": \\"r-1\\"}", "valueBytes": 60, "truncated": false},
                  {"partition": 0, "offset": 3, "timestamp": "2026-11-23T12:00:00Z",
                   "reason": null, "error": null, "requestId": null, "topic": null,
                   "subtopic": null, "origin": null, "firstSeen": null, "attempt": 0,
                   "replays": 0, "key": null, "value": null, "valueBytes": null,
                   "truncated": true}],
                 "total": 2, "complete": true}
                """));
    assertThat(letters.asked).isEqualTo("50 null");
  }

  @Test
  void list_takesALimitAndAReason() throws Exception {
    assertThat(call(LIST + "?limit=500&reason=model_timeout").status()).isEqualTo(200);
    assertThat(letters.asked).isEqualTo("500 MODEL_TIMEOUT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=",
        "limit=1e2",
        "limit=99999999999999999999",
        "reason=",
        "reason=MODEL_TIMEOUT",
        "reason=%0Ax"
      })
  void list_saysWhatIsAllowed(String query) throws Exception {
    Answer answer = call(LIST + "?" + query);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("detail").asText())
        .matches("limit must be from 1 to 500.|reason must be one of: .*, deadline_exceeded.");
    assertThat(letters.asked).isEmpty();
  }

  @Test
  void redrive_runsAJob_andTellsItsReport() throws Exception {
    Answer answer = redrive("{\"id\": \"j-1\", \"reason\": \"rate_limited\", \"limit\": 7}");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(
            json(
                """
                {"id": "j-1", "reason": "rate_limited", "limit": 7, "dryRun": false,
                 "state": "complete", "report": {"matched": 3, "sent": 2, "sentBefore": 0,
                   "skipped": {"truncated": 1}}}
                """));
    assertThat(call("GET /api/dead-letters/redrive/j-1").json()).isEqualTo(answer.json());
    assertThat(call("GET /api/dead-letters/redrive/j-2").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"reason\": null, \"limit\": null, \"dryRun\": null}"})
  void redrive_isOfEverything_whereNothingIsSaid(String body) throws Exception {
    letters.runner =
        (wanted, progress) -> {
          job.set(wanted);
          throw new IllegalStateException("never seen");
        };

    Answer answer;
    try (LogCapture log = new LogCapture(RedriveJobs.class)) {
      answer = redrive(body);
      assertThat(log.lines()).singleElement().asString().startsWith("ERROR Redrive");
    }

    RedriveJob wanted = job.get();
    assertThat(wanted).isEqualTo(new RedriveJob(wanted.id(), null, RedriveJob.NO_LIMIT, false));
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().path("detail").asText())
        .isEqualTo("Kafka failed (IllegalStateException); go on with the id %s.", wanted.id());
    JsonNode later = call("GET /api/dead-letters/redrive/" + wanted.id()).json();
    assertThat(later.path("state").asText()).isEqualTo("failed");
    assertThat(later.path("error").asText()).isEqualTo("IllegalStateException");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x|The body is not JSON.",
        "{\"limit\":1}{}|The body is not JSON.",
        "{\"limit\":1,\"limit\":2}|The body is not JSON.",
        "[1]|The body is not a JSON object.",
        "{\"dryrun\":true}|Unknown field; there is: dryRun, id, limit, reason.",
        "{\"limit\":0}|the limit must be at least 1.",
        "{\"limit\":1.5}|limit must be a whole number.",
        "{\"limit\":\"1\"}|limit must be a whole number.",
        "{\"limit\":9223372036854775808}|limit must be a whole number.",
        "{\"dryRun\":\"yes\"}|dryRun must be true or false.",
        "{\"reason\":7}|reason must be a text.",
        "{\"id\":\"a/b\"}|the id must be letters, digits, '.', '_' and '-', at most 100 characters."
      })
  void redrive_saysWhatIsWrong(String body, String detail) throws Exception {
    letters.runner =
        (wanted, progress) -> {
          throw new AssertionError("must not run");
        };

    Answer answer = redrive(body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("detail").asText()).isEqualTo(detail);
    assertThat(letters.jobs().running()).isEmpty();
  }

  @Test
  void redrive_thatTakesLong_isToldOf_whileOthersHaveToWait() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    var report = letters.runner;
    letters.runner =
        (wanted, progress) -> {
          progress.show(10, 40);
          mayEnd.await();
          return report.run(wanted, progress);
        };

    Answer answer = redrive("{\"id\": \"long\"}");
    Answer second = redrive("{\"id\": \"second\"}");

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.header("Location")).isEqualTo("/api/dead-letters/redrive/long");
    assertThat(answer.json().path("state").asText()).isEqualTo("running");
    assertThat(answer.json().path("progress")).isEqualTo(json("{\"done\": 10, \"total\": 40}"));
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.json().path("detail").asText()).isEqualTo("Job long is running here.");

    mayEnd.countDown();
    await()
        .untilAsserted(
            () ->
                assertThat(call("GET " + answer.header("Location")).json().path("state").asText())
                    .isEqualTo("complete"));
    assertThat(redrive("{\"id\": \"second\"}").status()).isEqualTo(200);
  }

  @Test
  void redrive_isInterrupted_whenTheWorkerStops() throws Exception {
    letters.runner =
        (wanted, progress) -> {
          new CountDownLatch(1).await();
          throw new AssertionError("waits for ever");
        };
    var _ = letters.jobs().start(new RedriveJob("j", null, RedriveJob.NO_LIMIT, false));

    letters.jobs().close();

    assertThat(call("GET /api/dead-letters/redrive/j").json().path("state").asText())
        .isEqualTo("interrupted");
    assertThat(redrive("").json().path("detail").asText()).isEqualTo("The worker is stopping.");
  }

  @Test
  void everything_isUnavailable_whileKafkaIs() throws Exception {
    letters.available = false;

    for (String request : List.of(LIST, REDRIVE, "GET /api/dead-letters/redrive/x")) {
      Answer answer = call(request);
      assertThat(answer.status()).as(request).isEqualTo(503);
      assertThat(answer.json().path("detail").asText()).startsWith("Kafka failed");
    }
    letters.available = true;
  }
}
