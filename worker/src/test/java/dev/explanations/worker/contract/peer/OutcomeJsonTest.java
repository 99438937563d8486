package dev.explanations.worker.contract.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.Schemas;
import dev.explanations.worker.contract.peer.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.peer.OutcomeRecord.Handoff;
import dev.explanations.worker.contract.peer.OutcomeRecord.LaneCalls;
import dev.explanations.worker.contract.peer.OutcomeRecord.Marker;
import dev.explanations.worker.contract.peer.OutcomeRecord.Postponed;
import dev.explanations.worker.contract.peer.OutcomeRecord.RunningCall;
import dev.explanations.worker.contract.peer.OutcomeRecord.Wake;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
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
          new FoldedHashes("0a".repeat(32), "0b".repeat(32)),
          new Generation("q1_W-m", 7),
          Instant.parse("2026-11-23T12:00:00.123Z"));

  private final OutcomeJson json = new OutcomeJson();

  static Stream<OutcomeRecord> records() {
    return Stream.of(
        new CallEnded(
            "c-1",
            new Outcome.Explained(new Explanation("Text 🌱", "m", "1", new Usage(1, 2, 3))),
            VALIDITY,
            null,
            new Charge(2, 1, 2, new Usd(412_500), 0, 1),
            new LaneCalls("lane-1", 17)),
        new CallEnded(
            "c-1",
            new Outcome.Unusable(ErrorCode.INCOMPLETE_ANSWER, "MAX_TOKENS"),
            Validity.NONE,
            null,
            Charge.of(new Usage(42, 4096, 4138), null),
            new LaneCalls("lane-1", 1)),
        new CallEnded(
            "c-1",
            new Outcome.Found(new Explanation("Text", "m", "1", new Usage(1, 2, 3))),
            VALIDITY),
        ended(new Outcome.Throttled(ErrorCode.RATE_LIMITED, "slow", Duration.ofMillis(22_118))),
        ended(new Outcome.Throttled(ErrorCode.QUOTA_EXHAUSTED, "day", null)),
        ended(new Outcome.Unavailable(ErrorCode.MODEL_TIMEOUT, "late")),
        ended(new Outcome.Misconfigured(ErrorCode.MISCONFIGURED, "key")),
        ended(new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "SAFETY")),
        new CallEnded("c-1", new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "SAFETY"), VALIDITY),
        ended(new Outcome.Unusable(ErrorCode.INCOMPLETE_ANSWER, "MAX_TOKENS")),
        new Marker("n-1"),
        new Postponed("c-1"),
        new Wake(),
        new Handoff(List.of(), null),
        new Handoff(
            List.of(
                new RunningCall("ab".repeat(32), "c-1", Instant.parse("2026-11-23T12:00:00.123Z")),
                new RunningCall("cd".repeat(32), "c-2", Instant.EPOCH)),
            "lane-1"));
  }

  private static OutcomeRecord ended(Outcome.Failed outcome) {
    return new CallEnded("c-1", outcome, Validity.NONE);
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
        "{\"type\":\"unusable\",\"callId\":\"c\",\"error\":\"incomplete_answer\",\"message\":\"\","
            + "\"charge\":{\"calls\":-1}}",
        "{\"type\":\"unusable\",\"callId\":\"c\",\"error\":\"incomplete_answer\",\"message\":\"\","
            + "\"charge\":{\"costNanos\":1000000000000001}}",
        "{\"type\":\"unusable\",\"callId\":\"c\",\"error\":\"incomplete_answer\",\"message\":\"\","
            + "\"charge\":0.5}",
        "{\"type\":\"unusable\",\"callId\":\"c\",\"error\":\"incomplete_answer\",\"message\":\"\","
            + "\"lane\":\"lane-1\"}",
        "{\"type\":\"handoff\",\"calls\":{}}",
        "{\"type\":\"handoff\",\"calls\":[7]}",
        "{\"type\":\"handoff\",\"calls\":[{\"cacheKey\":\"k\",\"callId\":\"c\",\"latestEndMillis\":\"x\"}]}"
      })
  void read_isEmpty_whenUnreadable(String value) {
    assertThat(json.read(value.getBytes(UTF_8))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'marker','nonce':''}",
        "{'type':'marker','nonce':'%long%'}",
        "{'type':'postponed','callId':'%long%'}",
        "{'type':'throttled','callId':'c','error':'rate_limited','message':'',"
            + "'retryAfterMillis':9223372036854775807}",
        "{'type':'throttled','callId':'c','error':'rate_limited','message':'',"
            + "'retryAfterMillis':-1}",
        "{'type':'throttled','callId':'c','error':'rate_limited','message':'',"
            + "'retryAfterMillis':NaN}",
        "{'type':'unavailable','callId':'c','error':'model_unavailable','message':'%long%'}",
        "{'type':'unavailable','callId':'c','error':'model_unavailable','message':'',"
            + "'traceparent':'%long%'}",
        "{'type':'handoff','calls':[{'cacheKey':'%key%','callId':'c',"
            + "'latestEndMillis':9223372036854775807}]}",
        "{'type':'handoff','calls':[{'cacheKey':'%key%','callId':'c'," + "'latestEndMillis':-1}]}",
        "{'type':'handoff','calls':[{'cacheKey':'k','callId':'c',"
            + "'latestEndMillis':1795435200000}]}",
        "{'type':'explained','callId':'c','explanation':%text%,'topicHash':'t','questionHash':'q',"
            + "'generation':'q/7','expiresAtMillis':9223372036854775807}",
        "{'type':'explained','callId':'c','explanation':%text%,'topicHash':'t','questionHash':'q',"
            + "'generation':'q/-9','expiresAtMillis':1795435200000}",
        "{'type':'explained','callId':'c','explanation':%text%,'topicHash':'%long%','questionHash':'q',"
            + "'generation':'q/7','expiresAtMillis':1795435200000}",
        "{'type':'explained','callId':'c','explanation':%text%}",
        "{'type':'explained','callId':'c',%validity%,'explanation':{'text':'','model':'m',"
            + "'promptVersion':'1','usage':{'promptTokens':1,'outputTokens':2,'totalTokens':3}}}",
        "{'type':'explained','callId':'c',%validity%,'explanation':{'text':'t','model':'m',"
            + "'promptVersion':'1','usage':{'promptTokens':-1,'outputTokens':2,'totalTokens':3}}}",
        "{'type':'explained','callId':'c',%validity%,'explanation':{'text':'t','model':'m',"
            + "'promptVersion':'1','usage':{'promptTokens':1,'outputTokens':2,"
            + "'totalTokens':4294967296}}}"
      })
  void read_isEmpty_whenOutOfBounds(String value) {
    String whole =
        value
            .replace(
                "%validity%",
                "'topicHash':'t','questionHash':'q','generation':'q/7','expiresAtMillis':1")
            .replace('\'', '"')
            .replace("%long%", "x".repeat(501))
            .replace("%key%", "ab".repeat(32))
            .replace(
                "%text%",
                "{\"text\":\"t\",\"model\":\"m\",\"promptVersion\":\"1\",\"usage\":"
                    + "{\"promptTokens\":1,\"outputTokens\":2,\"totalTokens\":3}}");

    assertThat(json.read(whole.getBytes(UTF_8))).isEmpty();
  }

  @Test
  void whatIsWritten_canAlwaysBeRead() {
    Duration endless = Duration.ofSeconds(Long.MAX_VALUE);
    Duration negative = Duration.ofSeconds(-5);
    for (Duration delay : List.of(endless, negative)) {
      OutcomeRecord throttled =
          ended(new Outcome.Throttled(ErrorCode.RATE_LIMITED, "m".repeat(9_000), delay));
      assertThat(json.read(json.write(throttled))).isPresent();
    }
    Outcome explained =
        new Outcome.Explained(new Explanation("t", "m", "1", new Usage(-1, -2, -3)));
    assertThat(json.read(json.write(new CallEnded("c-1", explained, VALIDITY)))).isPresent();
  }

  @Test
  void read_isEmpty_forNullAndForBytesThatAreNotText() {
    assertThat(json.read(null)).isEmpty();
    assertThat(json.read(new byte[] {(byte) 0xff, 0, 1})).isEmpty();
  }
}
