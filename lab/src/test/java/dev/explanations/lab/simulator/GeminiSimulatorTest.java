package dev.explanations.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.simulator.statistics.CallTime;
import dev.explanations.lab.simulator.statistics.Statistics;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiSimulatorTest {

  private static final String PROMPT =
      "Explain.\nSubtopic: The Calvin cycle\nTopic: Photosynthesis";

  private final GeminiSimulator simulator = GeminiSimulator.start(Behaviour.answer(Duration.ZERO));
  private final SimulatorClient client = new SimulatorClient(simulator);

  @AfterEach
  void close() {
    client.close();
    simulator.close();
  }

  @Test
  void answer_isCompleteAndTheSame_forTheSamePrompt() throws Exception {
    HttpResponse<String> first = client.ask(PROMPT);
    HttpResponse<String> second = client.ask(PROMPT);

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("Content-Type"))
        .hasValue("application/json; charset=UTF-8");
    JsonNode body = client.json(first);
    assertThat(body.at("/candidates/0/content/parts/0/text").asText())
        .contains("The Calvin cycle")
        .doesNotContain("Topic:");
    assertThat(body.at("/candidates/0/finishReason").asText()).isEqualTo("STOP");
    assertThat(body.path("modelVersion").asText()).isEqualTo(SimulatorClient.MODEL);
    assertThat(body.path("responseId").asText()).isNotEmpty();
    int prompt = body.at("/usageMetadata/promptTokenCount").asInt();
    int output = body.at("/usageMetadata/candidatesTokenCount").asInt();
    assertThat(prompt).isPositive();
    assertThat(output).isPositive();
    assertThat(body.at("/usageMetadata/totalTokenCount").asInt()).isEqualTo(prompt + output);
    assertThat(second.body()).isEqualTo(first.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/models/m:generateContent",
        "/v1beta/models/m:generateContent",
        "/v1beta1/publishers/google/models/m:generateContent",
        "/v1beta1/projects/p/locations/us-central1/publishers/google/models/m:generateContent"
      })
  void call_isAnswered_onEveryPathOfTheSdk(String path) throws Exception {
    assertThat(client.json(client.askAt(path, "any")).path("modelVersion").asText()).isEqualTo("m");
  }

  @Test
  void call_is404_onAnyOtherPath() throws Exception {
    assertThat(client.askAt("/v1beta/models/m:countTokens", "any").statusCode()).isEqualTo(404);
    assertThat(simulator.statistics().calls()).isZero();
  }

  @Test
  void call_is400_whenTheBodyIsNoCall() throws Exception {
    assertThat(client.send("POST", "/v1beta/models/m:generateContent", "{").statusCode())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT, 400, INVALID_ARGUMENT",
    "INVALID_KEY, 400, INVALID_ARGUMENT",
    "UNAUTHENTICATED, 401, UNAUTHENTICATED",
    "FORBIDDEN, 403, PERMISSION_DENIED",
    "MODEL_NOT_FOUND, 404, NOT_FOUND",
    "DAILY_QUOTA, 429, RESOURCE_EXHAUSTED",
    "INTERNAL, 500, INTERNAL",
    "OVERLOADED, 503, UNAVAILABLE",
    "GATEWAY_TIMEOUT, 504, DEADLINE_EXCEEDED",
  })
  void error_hasCodeAndStatus(Reply.Canned reply, int code, String status) throws Exception {
    simulator.behave(Behaviour.of(reply));

    HttpResponse<String> response = client.ask(PROMPT);

    assertThat(response.statusCode()).isEqualTo(code);
    JsonNode error = client.json(response).path("error");
    assertThat(error.path("code").asInt()).isEqualTo(code);
    assertThat(error.path("status").asText()).isEqualTo(status);
    assertThat(error.path("message").asText()).isNotEmpty();
  }

  @Test
  void throttled_carriesRetryInfo() throws Exception {
    simulator.behave(Behaviour.throttled(Duration.ofMillis(1_500)));

    HttpResponse<String> response = client.ask(PROMPT);

    assertThat(response.statusCode()).isEqualTo(429);
    JsonNode details = client.json(response).at("/error/details");
    assertThat(details.at("/0/violations/0/quotaId").asText()).contains("PerMinute");
    assertThat(details.at("/1/@type").asText()).endsWith("google.rpc.RetryInfo");
    assertThat(details.at("/1/retryDelay").asText()).isEqualTo("1.500s");
  }

  @Test
  void dailyQuota_namesTheDay_andGivesNoDelay() throws Exception {
    simulator.behave(Behaviour.of(Reply.Canned.DAILY_QUOTA));

    String body = client.ask(PROMPT).body();

    assertThat(body).contains("PerDay").doesNotContain("retryDelay");
  }

  @Test
  void invalidKey_namesTheReason() throws Exception {
    simulator.behave(Behaviour.of(Reply.Canned.INVALID_KEY));

    JsonNode body = client.json(client.ask(PROMPT));

    assertThat(body.at("/error/details/0/reason").asText()).isEqualTo("API_KEY_INVALID");
  }

  @ParameterizedTest
  @CsvSource({
    "THROTTLED_WITHOUT_BODY, 429, ''",
    "EMPTY_BODY, 200, ''",
    "EMPTY_OBJECT, 200, {}",
    "BAD_GATEWAY, 502, <html>",
  })
  void bareReply_hasThatBody(Reply.Canned reply, int code, String start) throws Exception {
    simulator.behave(Behaviour.of(reply));

    HttpResponse<String> response = client.ask(PROMPT);

    assertThat(response.statusCode()).isEqualTo(code);
    assertThat(response.body()).startsWith(start);
    assertThat(response.body().isEmpty()).isEqualTo(start.isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "BLOCKED_PROMPT, /promptFeedback/blockReason, PROHIBITED_CONTENT, false",
    "SAFETY, /candidates/0/finishReason, SAFETY, false",
    "MAX_TOKENS, /candidates/0/finishReason, MAX_TOKENS, true",
    "MAX_TOKENS_IN_THINKING, /candidates/0/finishReason, MAX_TOKENS, false",
  })
  void incompleteAnswer_saysWhy(Reply.Canned reply, String pointer, String reason, boolean text)
      throws Exception {
    simulator.behave(Behaviour.of(reply));

    HttpResponse<String> response = client.ask(PROMPT);

    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode body = client.json(response);
    assertThat(body.at(pointer).asText()).isEqualTo(reason);
    assertThat(body.at("/candidates/0/content/parts/0/text").isTextual()).isEqualTo(text);
  }

  @Test
  void noCandidates_isAnEmptyArray() throws Exception {
    simulator.behave(Behaviour.of(Reply.Canned.NO_CANDIDATES));

    JsonNode candidates = client.json(client.ask(PROMPT)).path("candidates");

    assertThat(candidates.isArray()).isTrue();
    assertThat(candidates.isEmpty()).isTrue();
  }

  @Test
  void truncatedJson_isCompleteHttp_andBrokenJson() throws Exception {
    simulator.behave(Behaviour.of(Reply.Canned.TRUNCATED_JSON));

    HttpResponse<String> response = client.ask(PROMPT);

    assertThat(response.body()).startsWith("{");
    assertThatThrownBy(() -> client.json(response)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void reset_breaksTheConnection_withoutAResponse() throws Exception {
    simulator.behaveNext(1, Behaviour.of(new Reply.Reset()));

    assertThatThrownBy(() -> client.ask(PROMPT))
        .isInstanceOf(IOException.class)
        .hasRootCauseMessage("Connection reset");
    assertThat(client.ask(PROMPT).statusCode()).isEqualTo(200);
    assertThat(simulator.statistics().replies(0)).isEqualTo(1);
    assertThat(simulator.statistics().inFlight()).isZero();
  }

  @Test
  void slowBody_sendsTheWholeAnswer_afterThePause() throws Exception {
    String answer = client.ask(PROMPT).body();
    simulator.behave(Behaviour.of(new Reply.SlowBody(Duration.ofMillis(300))));
    long start = System.nanoTime();

    HttpResponse<String> response = client.ask(PROMPT);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(290));
    assertThat(response.body()).isEqualTo(answer);
  }

  @Test
  void answer_isAsLongAsAskedFor() throws Exception {
    simulator.behave(Behaviour.of(new Reply.Answer(3_000)));

    assertThat(client.json(client.ask(PROMPT)).at("/candidates/0/content/parts/0/text").asText())
        .hasSizeBetween(3_000, 3_200);
  }

  @Test
  void heldCall_isAnswered_whenReleased() throws Exception {
    CompletableFuture<?> release = new CompletableFuture<>();
    simulator.behave(Behaviour.answer(Duration.ZERO).heldUntil(release));
    CompletableFuture<HttpResponse<String>> held = client.askAsync(PROMPT);
    await().until(() -> simulator.statistics().inFlight() == 1);
    assertThat(held).isNotDone();

    release.complete(null);

    assertThat(held).succeedsWithin(Duration.ofSeconds(30));
  }

  @Test
  void hang_neverAnswers_untilClosed() throws Exception {
    simulator.behave(Behaviour.of(new Reply.Hang()));
    CompletableFuture<HttpResponse<String>> hanging = client.askAsync(PROMPT);
    await().until(() -> simulator.statistics().inFlight() == 1);

    assertThatThrownBy(() -> client.ask(PROMPT, Duration.ofMillis(300)))
        .isInstanceOf(HttpTimeoutException.class);
    assertThat(hanging).isNotDone();

    simulator.close();
    assertThat(hanging).failsWithin(Duration.ofSeconds(30));
  }

  @Test
  void latency_isWaitedFor_beforeTheReply() throws Exception {
    simulator.behave(Behaviour.of(Reply.Canned.OVERLOADED).after(Duration.ofMillis(200)));
    long start = System.nanoTime();

    assertThat(client.ask(PROMPT).statusCode()).isEqualTo(503);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(190));
  }

  @Test
  void acceptOnlyKey_refusesOthers() throws Exception {
    String path = "/v1beta/models/m:generateContent";
    simulator.acceptOnlyKey("right");

    assertThat(client.askAt(path, "right").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = client.askAt(path, "wrong");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("API_KEY_INVALID");
  }

  @Test
  void rules_applyNewestFirst_andRunOut() throws Exception {
    simulator.behave(Behaviour.of(Reply.Canned.INTERNAL));
    simulator.behaveWhen("Calvin", Behaviour.of(Reply.Canned.FORBIDDEN));
    simulator.behaveNext(2, Behaviour.of(Reply.Canned.OVERLOADED));

    assertThat(client.ask("other").statusCode()).isEqualTo(503);
    assertThat(client.ask(PROMPT).statusCode()).isEqualTo(503);
    assertThat(client.ask("other").statusCode()).isEqualTo(500);
    assertThat(client.ask(PROMPT).statusCode()).isEqualTo(403);

    simulator.behaveNormally();
    assertThat(client.ask(PROMPT).statusCode()).isEqualTo(200);
  }

  @Test
  void rule_appliesToOneModel() throws Exception {
    simulator.behaveWhen(
        call -> call.model().equals("first"), Behaviour.of(Reply.Canned.OVERLOADED));

    assertThat(client.askAt("/v1beta/models/first:generateContent", "k").statusCode())
        .isEqualTo(503);
    assertThat(client.askAt("/v1beta/models/second:generateContent", "k").statusCode())
        .isEqualTo(200);
    assertThat(simulator.statistics().byModel()).containsEntry("first", 1L).hasSize(2);
  }

  @Test
  void statistics_countCallsPromptsAndStatus_untilReset() throws Exception {
    simulator.behaveNext(1, Behaviour.of(Reply.Canned.OVERLOADED));
    client.ask(PROMPT);
    client.ask(PROMPT);
    client.ask("other");

    Statistics statistics = simulator.statistics();
    assertThat(statistics.calls()).isEqualTo(3);
    assertThat(statistics.byPrompt()).containsEntry(PROMPT, 2L).containsEntry("other", 1L);
    assertThat(statistics.callsContaining("Calvin")).isEqualTo(2);
    assertThat(statistics.repeatedCalls()).isEqualTo(1);
    assertThat(statistics.replies(503)).isEqualTo(1);
    assertThat(statistics.replies(200)).isEqualTo(2);
    assertThat(statistics.peakInFlight()).isEqualTo(1);

    assertThat(statistics.inFlight()).isZero();
    simulator.reset();
    assertThat(simulator.statistics().calls()).isZero();
    assertThat(simulator.statistics().peakInFlight()).isZero();
  }

  @Test
  void latestCalls_tellTimesAndReplies() throws Exception {
    simulator.behaveNext(1, Behaviour.throttled(Duration.ofMillis(3_700)));
    long start = System.nanoTime();
    client.ask(PROMPT);
    client.ask(PROMPT);

    List<CallTime> calls = simulator.latestCalls();
    assertThat(calls).extracting(CallTime::status).containsExactly(429, 200);
    assertThat(calls)
        .extracting(CallTime::retryDelay)
        .containsExactly(Duration.ofMillis(3_700), Duration.ZERO);
    assertThat(calls.get(0).arrivedNanos() - start).isNotNegative();
    assertThat(calls.get(1).arrivedNanos() - calls.get(0).repliedNanos()).isNotNegative();
    assertThat(simulator.calls()).isEqualTo(2);

    simulator.reset();
    assertThat(simulator.latestCalls()).isEmpty();
  }
}
