package dev.explanations.worker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResultJsonTest {

  private static final Instant REQUESTED = Instant.parse("2026-11-23T11:45:00Z");
  private static final Instant COMPLETED = Instant.parse("2026-11-23T11:45:02.3179Z");
  private static final ExplanationRequest REQUEST =
      new ExplanationRequest(
          "r-🌱", "Optics", "Lenses", Detail.BRIEF, "école", "fr", OnUnavailable.RETRY, null, null);

  private final ResultJson json = new ResultJson();

  private static ExplanationResult explained(String text, Source source) {
    Explanation explanation = new Explanation(text, "m", "1", new Usage(1, 2, 3));
    Usd cost = source == Source.GEMINI ? new Usd(412_500) : Usd.ZERO;
    return ExplanationResult.explained(REQUEST, explanation, source, cost, 1, REQUESTED, COMPLETED);
  }

  @Test
  void write_namesFieldsInOrder_withInstantsInMillis() {
    assertThat(new String(json.write(explained("Bends \"light\"\n", Source.STATE_STORE)), UTF_8))
        .isEqualTo(
            """
            {"requestId":"r-🌱","status":"explained","topic":"Optics","subtopic":"Lenses",\
            "detail":"brief","education":"école","language":"fr",\
            "explanation":"Bends \\"light\\"\\n","error":null,"source":"state_store","model":"m",\
            "promptVersion":"1","usage":{"promptTokens":1,"outputTokens":2,"totalTokens":3},\
            "costUsd":0,"attempts":1,"requestedAt":"2026-11-23T11:45:00.000Z",\
            "completedAt":"2026-11-23T11:45:02.317Z"}\
            """);
  }

  @ParameterizedTest
  @EnumSource(Source.class)
  void explained_matchesTheSchema(Source source) {
    JsonNode written = Schemas.json(json.write(explained("Text", source)));

    assertThat(Schemas.validate("result", written)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void failed_matchesTheSchema_andIsReadBack(ErrorCode code) {
    for (Status status : new Status[] {Status.UNAVAILABLE, Status.REJECTED}) {
      ExplanationResult result =
          ExplanationResult.failed(REQUEST, status, code, "why", null, 2, REQUESTED, REQUESTED);

      byte[] written = json.write(result);

      assertThat(Schemas.validate("result", Schemas.json(written))).isEmpty();
      assertThat(ResultReader.read(written)).isEqualTo(result);
    }
  }

  /** Java's own text of so small a number has an exponent. */
  @ParameterizedTest
  @CsvSource({
    "1,0.000000001",
    "412500,0.0004125",
    "1000000000,1",
    "10000000000,10",
    "1234567890123,1234.567890123"
  })
  void cost_isInDollars_exactly(long nanos, String expected) {
    ExplanationResult result =
        ExplanationResult.failed(
            REQUEST,
            Status.UNAVAILABLE,
            ErrorCode.MODEL_TIMEOUT,
            null,
            new Usd(nanos),
            2,
            REQUESTED,
            REQUESTED);
    byte[] written = json.write(result);

    assertThat(new String(written, UTF_8)).contains("\"costUsd\":" + expected + ",");
    assertThat(ResultReader.read(written)).isEqualTo(result);
  }

  @Test
  void write_survivesLoneSurrogates() {
    byte[] written = json.write(explained("a\ud83cb🌱", Source.GEMINI));

    assertThat(ResultReader.read(written).text()).isEqualTo("a?b🌱");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{}", "{\"requestId\":1}", "{\"requestId\":\"r\",\"status\":\"odd\"}"})
  void read_refusesWhatIsNoResult(String value) {
    assertThatThrownBy(() -> ResultReader.read(value.getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
