package dev.explanations.worker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.OutcomeRecord.Handoff;
import dev.explanations.worker.contract.OutcomeRecord.Marker;
import dev.explanations.worker.contract.OutcomeRecord.Postponed;
import dev.explanations.worker.contract.OutcomeRecord.RunningCall;
import dev.explanations.worker.contract.OutcomeRecord.Wake;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeJsonTest {

  private static final Validity VALIDITY =
      new Validity(
          "0a".repeat(32),
          new Generation("q1_W-m", 7),
          Instant.parse("2026-11-23T12:00:00.123456Z"));

  private final OutcomeJson json = new OutcomeJson();

  static Stream<OutcomeRecord> records() {
    return Stream.of(
        new CallEnded(
            "c-1",
            new Outcome.Explained(new Explanation("Text 🌱", "m", "1", new Usage(1, 2, 3))),
            VALIDITY),
        new CallEnded(
            "c-1",
            new Outcome.Found(new Explanation("Text", "m", "1", new Usage(1, 2, 3))),
            VALIDITY),
        ended(new Outcome.Throttled(ErrorCode.RATE_LIMITED, "slow", Duration.ofMillis(22_118))),
        ended(new Outcome.Throttled(ErrorCode.QUOTA_EXHAUSTED, "day", null)),
        ended(new Outcome.Unavailable(ErrorCode.MODEL_TIMEOUT, "late")),
        ended(new Outcome.Misconfigured(ErrorCode.MISCONFIGURED, "key")),
        ended(new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "SAFETY")),
        new Marker("n-1"),
        new Postponed("c-1"),
        new Wake(),
        new Handoff(List.of()),
        new Handoff(
            List.of(
                new RunningCall(
                    "ab".repeat(32), "c-1", Instant.parse("2026-11-23T12:00:00.123456Z")),
                new RunningCall("cd".repeat(32), "c-2", Instant.EPOCH))));
  }

  private static OutcomeRecord ended(Outcome.Failed outcome) {
    return new CallEnded("c-1", outcome);
  }

  @ParameterizedTest
  @MethodSource("records")
  void read_givesWhatWasWritten_andItMatchesTheSchema(OutcomeRecord outcome) {
    byte[] written = json.write(outcome);

    assertThat(json.read(written)).contains(outcome);
    assertThat(Schemas.validate("outcome", Schemas.json(written))).isEmpty();
  }

  @Test
  void write_roundsDelaysUp() {
    byte[] written =
        json.write(
            ended(
                new Outcome.Throttled(
                    ErrorCode.RATE_LIMITED, "", Duration.ofNanos(22_118_464_381L))));

    assertThat(new String(written, UTF_8)).contains("\"retryAfterMillis\":22119");
  }

  @Test
  void read_ignoresUnknownFields() {
    assertThat(json.read("{\"type\":\"marker\",\"new\":{},\"nonce\":\"n\"}".getBytes(UTF_8)))
        .contains(new Marker("n"));
  }

  @Test
  void answersOfAnOlderVersion_areRead_andNotToBeKept() {
    String answer =
        ",\"callId\":\"c-1\",\"explanation\":{\"text\":\"Text\",\"model\":\"m\","
            + "\"promptVersion\":\"1\",\"usage\":{\"promptTokens\":1,\"outputTokens\":2,"
            + "\"totalTokens\":3}}}";
    Explanation explanation = new Explanation("Text", "m", "1", new Usage(1, 2, 3));

    assertThat(json.read(("{\"type\":\"explained\"" + answer).getBytes(UTF_8)))
        .contains(new CallEnded("c-1", new Outcome.Explained(explanation), Validity.NONE));
    assertThat(
            json.read(
                ("{\"type\":\"found\",\"expiresAt\":\"2026-11-23T13:00:00Z\"" + answer)
                    .getBytes(UTF_8)))
        .contains(new CallEnded("c-1", new Outcome.Found(explanation), Validity.NONE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "null",
        "[]",
        "{}",
        "{\"type\":7}",
        "{\"type\":\"new\",\"callId\":\"c\",\"error\":\"rate_limited\",\"message\":\"\"}",
        "{\"type\":\"marker\"}",
        "{\"type\":\"rejected\",\"callId\":\"c\",\"error\":\"unheard_of\",\"message\":\"\"}",
        "{\"type\":\"explained\",\"callId\":\"c\",\"explanation\":\"text\"}",
        "{\"type\":\"throttled\",\"callId\":\"c\",\"error\":\"rate_limited\",\"message\":\"\","
            + "\"retryAfterMillis\":1e99}",
        "{\"type\":\"handoff\",\"calls\":{}}",
        "{\"type\":\"handoff\",\"calls\":[7]}",
        "{\"type\":\"handoff\",\"calls\":[{\"cacheKey\":\"k\",\"callId\":\"c\",\"latestEnd\":\"x\"}]}"
      })
  void read_isEmpty_whenUnreadable(String value) {
    assertThat(json.read(value.getBytes(UTF_8))).isEmpty();
  }

  @Test
  void read_isEmpty_forNullAndForBytesThatAreNotText() {
    assertThat(json.read(null)).isEmpty();
    assertThat(json.read(new byte[] {(byte) 0xff, 0, 1})).isEmpty();
  }
}
