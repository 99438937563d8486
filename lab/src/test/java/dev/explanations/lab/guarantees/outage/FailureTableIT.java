package dev.explanations.lab.guarantees.outage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.fixture.Cluster;
import dev.explanations.lab.fixture.Health;
import dev.explanations.lab.fixture.Operator;
import dev.explanations.lab.fixture.Rig;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.simulator.script.Reply.Canned;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What each of Gemini's answers means to the request: through HTTP, the SDK and Kafka. */
class FailureTableIT {

  /** A reply that never changes, and what becomes of its request. */
  private record Row(Reply reply, String status, String error, int calls) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(Canned.INTERNAL, "unavailable", "model_unavailable", 2),
          new Row(Canned.BAD_GATEWAY, "unavailable", "model_unavailable", 2),
          new Row(Canned.OVERLOADED, "unavailable", "model_unavailable", 2),
          new Row(Canned.GATEWAY_TIMEOUT, "unavailable", "model_unavailable", 2),
          new Row(new Reply.Reset(), "unavailable", "model_unavailable", 2),
          new Row(new Reply.Hang(), "unavailable", "model_timeout", 2),
          new Row(new Reply.SlowBody(Duration.ofMinutes(1)), "unavailable", "model_timeout", 2),
          new Row(Canned.EMPTY_OBJECT, "unavailable", "incomplete_answer", 2),
          new Row(Canned.EMPTY_BODY, "unavailable", "incomplete_answer", 2),
          new Row(Canned.NO_CANDIDATES, "unavailable", "incomplete_answer", 2),
          new Row(Canned.TRUNCATED_JSON, "unavailable", "incomplete_answer", 2),
          new Row(Canned.MAX_TOKENS, "unavailable", "incomplete_answer", 2),
          new Row(Canned.MAX_TOKENS_IN_THINKING, "unavailable", "incomplete_answer", 2),
          new Row(Canned.INVALID_ARGUMENT, "rejected", "model_rejected", 1),
          new Row(Canned.BLOCKED_PROMPT, "rejected", "content_blocked", 1),
          new Row(Canned.SAFETY, "rejected", "content_blocked", 1),
          // a person can mend these, so their requests wait: here until the deadline
          new Row(Canned.INVALID_KEY, "unavailable", "misconfigured", 1),
          new Row(Canned.UNAUTHENTICATED, "unavailable", "misconfigured", 1),
          new Row(Canned.FORBIDDEN, "unavailable", "misconfigured", 1),
          new Row(Canned.MODEL_NOT_FOUND, "unavailable", "misconfigured", 1));

  /** Calls before those of the table, which all run at once. */
  private static final int WARM_UP = ROWS.size();

  @RegisterExtension static final Cluster cluster = new Cluster();

  @Test
  void replies_endAsTheTableSays() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    rig.start(
        "w1",
        "RETRY_MAX_ATTEMPTS",
        "2",
        "RETRY_BACKOFF",
        "50ms",
        "GEMINI_TIMEOUT",
        "1s",
        "REQUEST_TIMEOUT",
        "5s",
        "CIRCUIT_BREAKER_FAILURE_THRESHOLD",
        "1000");
    // a worker's first calls may take longer than this test's timeout
    for (int i = 0; i < WARM_UP; i++) {
      String id = "warm-up-" + i;
      rig.ask(id, Rig.request(id, 1_000 + i));
    }
    rig.awaitResults(WARM_UP);
    for (int i = 0; i < ROWS.size(); i++) {
      rig.gemini.behaveWhen(Rig.subtopic(i), Behaviour.of(ROWS.get(i).reply()));
    }
    rig.askAbout(0, ROWS.size());
    rig.answeredExactlyOnce();

    Map<String, JsonNode> results =
        rig.results.stream().collect(Collectors.toMap(r -> r.path("requestId").asText(), r -> r));
    Map<String, String> deadLetters =
        rig.topics().read(rig.topic("dead-letters")).stream()
            .filter(letter -> !requestId(letter).startsWith("warm-up"))
            .collect(Collectors.toMap(FailureTableIT::requestId, FailureTableIT::reason));
    for (int i = 0; i < ROWS.size(); i++) {
      Row row = ROWS.get(i);
      JsonNode result = results.get("r-" + i);
      assertThat(result.path("status").asText()).as("%s", row).isEqualTo(row.status());
      assertThat(result.path("error").asText()).as("%s", row).isEqualTo(row.error());
      assertThat(deadLetters).as("%s", row).containsEntry("r-" + i, row.error());
      assertThat(callsAbout(rig, i)).as("%s", row).isEqualTo(row.calls());
    }
    assertThat(deadLetters).hasSize(ROWS.size());
  }

  @Test
  void hotQuestion_isOneCallARound_howeverManyWait() throws Exception {
    Rig rig = cluster.rig(Behaviour.answer(Duration.ZERO));
    rig.gemini.behaveWhen(Rig.subtopic(0), Behaviour.of(Canned.MAX_TOKENS));
    rig.gemini.behaveWhen(Rig.subtopic(1), Behaviour.of(Canned.OVERLOADED));
    var worker =
        rig.start(
            "w1",
            "RETRY_BACKOFF",
            "2s",
            "RETRY_BACKOFF_MAX",
            "2s",
            "CIRCUIT_BREAKER_FAILURE_THRESHOLD",
            "100");
    // all wait before the first call: whoever comes after the last one asks anew
    new Operator(worker.httpPort()).command("/api/worker/pause");
    for (int i = 0; i < 300; i++) {
      rig.ask("cut-off-" + i, Rig.request("cut-off-" + i, 0));
      rig.ask("down-" + i, Rig.request("down-" + i, 1));
    }
    Health health = new Health(worker.httpPort());
    await("all wait")
        .atMost(Rig.PATIENCE)
        .until(() -> health.body().at("/services/kafka_streams/pending").asInt() == 600);
    new Operator(worker.httpPort()).command("/api/worker/resume");

    assertThat(rig.answeredExactlyOnce().byStatus()).containsOnlyKeys("unavailable");
    assertThat(callsAbout(rig, 0)).isEqualTo(2);
    assertThat(callsAbout(rig, 1)).isEqualTo(6);
    assertThat(rig.topics().read(rig.topic("dead-letters"))).hasSize(600);
  }

  @Test
  void throttling_holdsUpEveryCallForItsDelay_andIsNoAttemptAndNoFailure() throws Exception {
    Duration delay = Duration.ofMillis(1_700);
    Rig rig = cluster.rig(Behaviour.answer(Duration.ofMillis(20)));
    List<Instant> calls = new CopyOnWriteArrayList<>();
    AtomicReference<Instant> throttledAt = new AtomicReference<>(Instant.MAX);
    var worker = rig.start("w1", "GEMINI_MAX_IN_FLIGHT", "8");
    rig.askAbout(0, 50);
    rig.awaitResults(50);

    rig.gemini.behaveWhen(
        call -> {
          calls.add(Instant.now(Clock.systemUTC()));
          return false;
        },
        Behaviour.answer(Duration.ZERO));
    rig.gemini.behaveWhen(
        call ->
            call.userText().contains(Rig.subtopic(100))
                && throttledAt.compareAndSet(Instant.MAX, Instant.now(Clock.systemUTC())),
        Behaviour.throttled(delay));
    rig.askAbout(100, 101);
    await().atMost(Rig.PATIENCE).until(() -> !throttledAt.get().equals(Instant.MAX));
    rig.awaitEndOfCalls();
    rig.askAbout(101, 151);
    var tally = rig.answeredExactlyOnce();

    assertThat(tally.byStatus()).containsOnlyKeys("explained");
    assertThat(calls).as("those of the others, and the second of the throttled").hasSize(51);
    assertThat(calls)
        .allSatisfy(at -> assertThat(at).isAfterOrEqualTo(throttledAt.get().plus(delay)));
    assertThat(rig.results)
        .allSatisfy(result -> assertThat(result.path("attempts").asInt()).isEqualTo(1));
    Health health = new Health(worker.httpPort());
    assertThat(health.breaker().path("failure_count").asInt()).isZero();
  }

  @Test
  void dayQuota_isToldByHealth_andItsRequestsWait() throws Exception {
    Rig rig = cluster.rig(Behaviour.of(Canned.DAILY_QUOTA));
    var worker = rig.start("w1", "REQUEST_TIMEOUT", "2s");
    rig.askAbout(0, 5);
    Health health = new Health(worker.httpPort());
    await()
        .atMost(Rig.PATIENCE)
        .until(() -> googleAi(health).path("error").asText().equals("quota_exhausted"));
    assertThat(googleAi(health).path("status").asText()).isEqualTo("degraded");
    assertThat(health.breakerState()).isEqualTo("closed");

    rig.answeredExactlyOnce();

    assertThat(rig.results)
        .filteredOn(result -> result.path("error").asText().equals("quota_exhausted"))
        .isNotEmpty();
    assertThat(rig.gemini.statistics().calls()).as("asked once, then left alone").isLessThan(6);
  }

  private static JsonNode googleAi(Health health) {
    return health.body().path("services").path("google_ai");
  }

  private static long callsAbout(Rig rig, int explanation) {
    return rig.gemini.statistics().byPrompt().entrySet().stream()
        .filter(prompt -> prompt.getKey().contains(Rig.subtopic(explanation)))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static String requestId(ConsumerRecord<byte[], byte[]> letter) {
    return new String(letter.value(), UTF_8).replaceAll(".*\"requestId\":\"(.*?)\".*", "$1");
  }

  private static String reason(ConsumerRecord<byte[], byte[]> letter) {
    return new String(letter.headers().lastHeader("explanation-reason").value(), UTF_8);
  }
}
