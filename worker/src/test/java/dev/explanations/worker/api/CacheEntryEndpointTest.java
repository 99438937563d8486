package dev.explanations.worker.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.contract.request.Decoded;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.settings.Secret;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheEntryEndpointTest {
  private static final String PATH = "/api/cache/entry";
  private static final String BIOLOGY = "topic=Biology&subtopic=Cells";

  private final MemoryLookUp lookUp = new MemoryLookUp();
  @AutoClose private final OpsServer server = TestServers.of(new Secret("s3cret"), lookUp);

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  private RawHttp.Answer get(String query) throws IOException {
    return TestServers.call(
        server, "GET " + PATH + "?" + query, List.of("Host: a", "Authorization: Bearer s3cret"));
  }

  private String refused(String query) throws IOException {
    RawHttp.Answer answer = get(query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    return answer.json().path("detail").asText();
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void entry_isShownWithWhatIsKnownOfIt() throws Exception {
    RawHttp.Answer answer = get(BIOLOGY);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json())
        .isEqualTo(
            json(
                """
                {"text": "Leaves make sugar.", "model": "gemini-x", "promptVersion": "1",
                 "cacheKey": "%s", "created": "2026-11-23T12:00:00Z",
                 "expires": "2026-11-23T13:00:00Z", "tier": "state_store",
                 "usage": {"promptTokens": 10, "outputTokens": 20, "totalTokens": 30},
                 "hits": 7, "hitsSince": "2026-11-23T12:00:05Z"}
                """
                    .formatted(MemoryLookUp.KEY)));
  }

  @Test
  void whatIsNotKnown_isNull() throws Exception {
    lookUp.answer =
        new CacheLookUp.Answer.Found(
            MemoryLookUp.KEY,
            new Explanation("t", "m", "1", Usage.NONE),
            new Validity(FoldedHashes.NONE, Generation.UNKNOWN, MemoryLookUp.CREATED),
            Source.REDIS,
            null);

    JsonNode entry = get(BIOLOGY).json();

    assertThat(entry.path("tier").asText()).isEqualTo("redis");
    for (String field : List.of("created", "hits", "hitsSince")) {
      assertThat(entry.get(field).isNull()).as(field).isTrue();
    }
  }

  @Test
  void parameters_areTheQuestionOfARequest_withItsDefaults() throws Exception {
    RequestDecoder decoder = new RequestDecoder();
    Decoded request =
        decoder.decode(
            null,
            "{\"requestId\": \"none\", \"topic\": \"Größe\", \"subtopic\": \"a+b & c\"}"
                .getBytes(UTF_8));

    assertThat(get("topic=Gr%C3%B6%C3%9Fe&subtopic=a%2Bb+%26%20c").status()).isEqualTo(200);
    assertThat(lookUp.version).isNull();
    assertThat(get(BIOLOGY + "&detail=brief&education=school&language=DE").status()).isEqualTo(200);
    assertThat(get(BIOLOGY + "&promptVersion=next-0a1b2c3d").status()).isEqualTo(200);

    assertThat(request).isEqualTo(new Decoded.Valid(lookUp.questions.getFirst()));
    assertThat(lookUp.questions.get(1).education()).isEqualTo("school");
    assertThat(lookUp.version).isEqualTo("next-0a1b2c3d");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "`` | subtopic: is missing",
        "`` | topic: is missing",
        "topic=a&subtopic= | subtopic: must not be blank.",
        "topic=%00&subtopic=b&detail=long | topic: must not contain control characters",
        "topic=%00&subtopic=b&detail=long | detail: must be one of brief, medium, detailed",
        "topic=a&subtopic=b&language=x_y | language: ",
        "topic=a&subtopic=b&topic=c | topic must be given once, percent-encoded.",
        "topic=a&subtopic=b&requestId=c | Unknown parameter; there is: detail, education,"
            + " language,",
        "topic=%zz&subtopic=b | topic must be given once, percent-encoded.",
        "topic=a&subtopic=b&promptVersion= | promptVersion: must be as in a result.",
        "topic=a&subtopic=b&promptVersion=a%0Ab | promptVersion: must be as in a result."
      })
  void parameters_thatAreMissingOrWrong_areNamed(String query, String detail) throws Exception {
    assertThat(refused(query)).contains(detail);
    assertThat(lookUp.questions).isEmpty();
  }

  @Test
  void entryOfAnotherWorker_isAskedForThere_byTheSameQuery() throws Exception {
    lookUp.answer = new CacheLookUp.Answer.Elsewhere("https://w2.example:8443");
    String topic = "a&b=c\r\nX: y/%é";
    // the longest that is allowed
    String subtopic = "\ud83c\udf31".repeat(300);

    RawHttp.Answer answer =
        get("subtopic=" + URLEncoder.encode(subtopic, UTF_8) + "&topic=a%26b%3Dc%2F%25%C3%A9");

    assertThat(answer.status()).isEqualTo(307);
    String location = answer.header("Location");
    assertThat(location).startsWith("https://w2.example:8443/api/cache/entry?subtopic=%F0");
    assertThat(URLDecoder.decode(location.replaceFirst(".*topic=", ""), UTF_8))
        .isEqualTo("a&b=c/%é");
    assertThat(answer.json().path("location").asText()).isEqualTo(location);
    assertThat(refused("subtopic=b&topic=" + URLEncoder.encode(topic, UTF_8))).contains("topic: ");
  }

  @Test
  void whereThereIsNone_theAnswerSaysWhy() throws Exception {
    lookUp.answer = new CacheLookUp.Answer.Absent(MemoryLookUp.KEY);
    RawHttp.Answer absent = get(BIOLOGY);
    lookUp.answer = new CacheLookUp.Answer.Refused(MemoryLookUp.KEY, MemoryLookUp.CREATED);
    RawHttp.Answer refused = get(BIOLOGY);
    lookUp.answer = new CacheLookUp.Answer.OwnedBy("w2");
    RawHttp.Answer ownedBy = get(BIOLOGY);
    lookUp.answer = new CacheLookUp.Answer.Moving();
    RawHttp.Answer moving = get(BIOLOGY);

    assertThat(List.of(absent.status(), refused.status(), ownedBy.status())).containsOnly(404);
    assertThat(absent.json().path("detail").asText()).contains(MemoryLookUp.KEY);
    assertThat(refused.json().path("detail").asText()).contains("2026-11-23T12:00:00Z");
    assertThat(ownedBy.json().path("detail").asText()).contains("the worker w2", "HTTP_ADVERTISED");
    assertThat(moving.status()).isEqualTo(503);
    assertThat(moving.header("Retry-After")).isEqualTo("2");
  }

  @Test
  void wrongToken_isRefused_beforeAnythingIsRead() throws Exception {
    for (String authorization : List.of("Authorization: Bearer s3cre", "X: y")) {
      for (String method : List.of("GET ", "HEAD ")) {
        assertThat(
                TestServers.call(server, method + PATH + "?x", List.of("Host: a", authorization))
                    .status())
            .isEqualTo(401);
      }
    }
  }
}
