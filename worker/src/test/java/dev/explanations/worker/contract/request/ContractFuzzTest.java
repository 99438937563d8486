package dev.explanations.worker.contract.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.worker.contract.peer.CacheEntryJson;
import dev.explanations.worker.contract.peer.ControlJson;
import dev.explanations.worker.contract.peer.ControlRecord;
import dev.explanations.worker.contract.peer.OutcomeJson;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.PromptTemplate;
import dev.explanations.worker.fuzz.Allocation;
import dev.explanations.worker.fuzz.ByteFuzz;
import dev.explanations.worker.fuzz.Choice;
import dev.explanations.worker.fuzz.Corpus;
import dev.explanations.worker.fuzz.Fuzz;
import dev.explanations.worker.fuzz.JsonFuzz;
import dev.explanations.worker.policy.PromptFile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Readers take any bytes, allocate in proportion to them, and take in only what can be written. */
class ContractFuzzTest {

  /** A character of input costs that much, with its copies as text and in messages. */
  private static final PromptTemplate PROMPT = PromptFile.builtIn();

  private static final int FACTOR = 150;

  private static final List<String> CONTENT_TYPES =
      List.of(
          "application/json",
          "application/cloudevents+json",
          "application/cloudevents+json; charset=UTF-8",
          "application/cloudevents-batch+json",
          "application/cloudevents+avro",
          ";");

  private static final List<String> SUBJECTS =
      List.of(
          "cache/generation",
          "cache/invalid/" + "0a".repeat(32),
          "breaker/google_ai",
          "worker/paused",
          "worker/worker-1",
          "spent/11",
          "worker/",
          "breaker/",
          "cache/",
          "cache/invalid/",
          "",
          "worker/" + "x".repeat(600));

  private final RequestDecoder decoder = new RequestDecoder();
  private final RequestSchema schema = new RequestSchema();
  private final OutcomeJson outcomes = new OutcomeJson();
  private final ControlJson control = new ControlJson();
  private final CacheEntryJson entries = new CacheEntryJson();
  private final TargetReader targets = new TargetReader();

  @Test
  void requests_areTakenOrRefused_andKeepTheirPlaceInThePrompt() {
    JsonFuzz json = new JsonFuzz(Corpus.of("request", "request-cloudevent", "request-invalid"));
    Fuzz.run(
        "requests",
        10_000,
        random -> {
          byte[] key = key(random);
          byte[] value = json.next(random);
          String type = Choice.oneIn(random, 3) ? Choice.of(random, CONTENT_TYPES) : null;
          Decoded decoded =
              Allocation.within(value.length, FACTOR, () -> decoder.decode(key, value, type));
          switch (decoded) {
            case Decoded.Invalid(var _, String detail, String id, var _) -> {
              assertThat(detail).isNotBlank().doesNotContain("cannot be decoded");
              assertThat(detail.length()).isLessThanOrEqualTo(1_000);
              if (id != null) {
                assertThat(id).isNotBlank();
                assertThat(id.codePointCount(0, id.length())).isLessThanOrEqualTo(128);
                assertThat(id).doesNotContainPattern("[\\p{Cc}\\p{Cs}]");
              }
            }
            case Decoded.Valid(ExplanationRequest request) -> {
              assertThat(decoder.read(key, value, type)).isEqualTo(request);
              isAsTheSchemaDemands(request, value, type);
              keepsItsPlace(request);
            }
          }
        });
  }

  /** Also where the decoder did not ask the schema. */
  private void isAsTheSchemaDemands(
      ExplanationRequest request, byte[] value, @Nullable String contentType) {
    String within = CloudEvents.isStructured(contentType) ? CloudEvents.DATA : null;
    try {
      ObjectNode json =
          (ObjectNode)
              RequestText.parse(ValueFormat.json(value), within, schema.fields()::contains);
      json.put("requestId", request.requestId());
      assertThat(schema.problems(json).text()).isEmpty();
    } catch (RequestText.Malformed e) {
      throw new AssertionError(e);
    }
  }

  /** No field of a request ends its line of the prompt, or begins one. */
  private static void keepsItsPlace(ExplanationRequest request) {
    assertThat(PROMPT.of(request).userText().split("\n", -1))
        .containsExactly(
            "Explain the subtopic below as a part of its topic.",
            "Subtopic: " + request.subtopic(),
            "Topic: " + request.topic(),
            "Education level: " + request.education(),
            "Language (BCP 47): " + request.language(),
            "Length: at most %d words.".formatted(PROMPT.of(request).limits().maxWords()));
    assertThat(PROMPT.of(request).userText()).doesNotContainPattern("[\\p{Cc}&&[^\n]]");
  }

  @Test
  void outcomes_thatAreRead_canBeWritten() {
    JsonFuzz json = new JsonFuzz(Corpus.of("outcome"));
    Fuzz.run(
        "outcomes",
        10_000,
        random -> {
          byte[] value = json.next(random);
          Allocation.within(value.length, FACTOR, () -> outcomes.read(value))
              .ifPresent(
                  read -> {
                    byte[] again = outcomes.write(read);
                    isBounded(read);
                    assertThat(outcomes.read(again).map(outcomes::write)).contains(again);
                  });
        });
  }

  /** By numbers of its own: 200 for names, 500 for messages, 32,768 for a text, the year 9999. */
  private static void isBounded(OutcomeRecord record) {
    switch (record) {
      case OutcomeRecord.CallEnded(
              String callId,
              Outcome outcome,
              Validity validity,
              var _,
              Charge charge,
              var _) -> {
        isShort(callId, 200);
        isSane(validity.expiresAt());
        assertThat(charge.cost().nanos()).isBetween(0L, 1_000_000_000_000_000L);
        assertThat(charge.calls()).isBetween(0L, 1_000_000_000_000L);
        switch (outcome) {
          case Outcome.Explained(Explanation explanation) -> isShort(explanation.text(), 32_768);
          case Outcome.Found(Explanation explanation) -> isShort(explanation.text(), 32_768);
          case Outcome.Failed failed -> isShort(failed.message(), 500);
        }
      }
      case OutcomeRecord.Postponed(String callId) -> isShort(callId, 200);
      case OutcomeRecord.Marker(String nonce) -> isShort(nonce, 200);
      case OutcomeRecord.Handoff(var calls, var _) ->
          calls.forEach(call -> isSane(call.latestEnd()));
      case OutcomeRecord.Wake() -> {}
    }
  }

  private static void isShort(String text, int max) {
    assertThat(text.codePointCount(0, text.length())).isLessThanOrEqualTo(max);
  }

  private static void isSane(Instant instant) {
    assertThat(instant).isBetween(Instant.EPOCH, Instant.parse("9999-12-31T23:59:59.999999999Z"));
  }

  @Test
  void controlRecords_thatAreRead_canBeWritten() {
    JsonFuzz json = new JsonFuzz(Corpus.of("control"));
    Fuzz.run(
        "control",
        10_000,
        random -> {
          byte[] key = Choice.of(random, SUBJECTS).getBytes(StandardCharsets.UTF_8);
          byte[] subject = Choice.oneIn(random, 8) ? ByteFuzz.mutate(key, random) : key;
          byte[] value = Choice.oneIn(random, 10) ? null : json.next(random);
          control
              .read(subject, value)
              .ifPresent(
                  it -> {
                    byte[] again = control.value(it);
                    ControlRecord same = control.read(control.key(it), again).orElseThrow();
                    assertThat(control.value(same)).isEqualTo(again);
                  });
        });
  }

  @Test
  void cacheEntries_thatAreRead_fitIntoTheCache() {
    JsonFuzz json = new JsonFuzz(Corpus.of("cached-explanation", "cached-explanation-invalid"));
    String key = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    Fuzz.run(
        "cache entries",
        10_000,
        random -> {
          byte[] value = json.next(random);
          Allocation.within(value.length, FACTOR, () -> entries.read(key, value))
              .ifPresent(
                  entry -> {
                    isShort(entry.explanation().text(), 32_768);
                    isSane(entry.calledAt());
                    isSane(entry.expiresAt());
                    byte[] again = entries.write(key, entry);
                    assertThat(again.length).isLessThanOrEqualTo(CacheEntryJson.MAX_BYTES);
                    assertThat(entries.read(key, again)).isPresent();
                  });
        });
  }

  @Test
  void targets_areHashes_orRefusedInWords() {
    JsonFuzz json = new JsonFuzz(Corpus.of("http", "request"));
    Fuzz.run(
        "targets",
        5_000,
        random -> {
          byte[] body = json.next(random);
          try {
            assertThat(targets.read(body).hash()).hasSize(64);
          } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotBlank();
          }
        });
  }

  private static byte @Nullable [] key(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> null;
      case 1 -> "r-7".getBytes(StandardCharsets.UTF_8);
      case 2 -> JsonFuzz.odd(random).getBytes(StandardCharsets.UTF_8);
      default -> Choice.bytes(random, 150);
    };
  }
}
