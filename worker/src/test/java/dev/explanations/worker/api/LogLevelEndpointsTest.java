package dev.explanations.worker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.explanations.worker.api.RawHttp.Answer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class LogLevelEndpointsTest {
  private static final String NAME = "dev.explanations.worker.some.Class";

  @AutoClose
  private final OpsServer server =
      TestServers.of("127.0.0.1", null, new MemoryBreakers("google_ai"));

  private final Logger logger = (Logger) LoggerFactory.getLogger(NAME);

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  private Answer post(String body) throws IOException {
    List<String> head =
        List.of(
            "POST /api/log-level HTTP/1.1", "Host: localhost", "Content-Length: " + body.length());
    return RawHttp.send(server.port(), head, body);
  }

  private Answer get() throws IOException {
    return TestServers.call(server, "GET /api/log-level", List.of("Host: localhost"));
  }

  @Test
  void level_isChanged_andUsualAgainAfterItsTime() throws Exception {
    assertThat(get().body()).isEqualTo("{\"changed\":[]}");

    Answer answer = post("{\"logger\":\"%s\",\"level\":\"debug\",\"for\":\"3s\"}".formatted(NAME));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().at("/changed/0/logger").asText()).isEqualTo(NAME);
    assertThat(answer.json().at("/changed/0/level").asText()).isEqualTo("DEBUG");
    assertThat(logger.getLevel()).isEqualTo(Level.DEBUG);
    await().untilAsserted(() -> assertThat(logger.getLevel()).isNull());
    assertThat(get().body()).isEqualTo("{\"changed\":[]}");
  }

  @Test
  void level_isUsualAgain_byNull_andWhenTheServerEnds() throws Exception {
    logger.setLevel(Level.WARN);
    try {
      post("{\"logger\":\"%s\",\"level\":\"TRACE\"}".formatted(NAME));
      Answer again = post("{\"logger\":\"%s\",\"level\":\"DEBUG\"}".formatted(NAME));
      assertThat(logger.getLevel()).isEqualTo(Level.DEBUG);
      Instant until = Instant.parse(again.json().at("/changed/0/until").asText());
      assertThat(Duration.between(Instant.now(), until))
          .isBetween(Duration.ofMinutes(14), Duration.ofMinutes(15));

      post("{\"logger\":\"%s\",\"level\":null}".formatted(NAME));
      assertThat(logger.getLevel()).isEqualTo(Level.WARN);

      post("{\"logger\":\"%s\",\"level\":\"ERROR\"}".formatted(NAME));
      server.close();
      assertThat(logger.getLevel()).isEqualTo(Level.WARN);
    } finally {
      logger.setLevel(null);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|level is missing; null is the usual one.",
        "{\"level\":\"off\"}|level must be error, warn, info, debug, trace or null.",
        "{\"level\":7}|level must be a text.",
        "{\"level\":\"debug\",\"for\":\"25h\"}|for must be a time such as 30s, 10m or 1h, at most"
            + " 24h.",
        "{\"level\":\"debug\",\"for\":\"0s\"}|for must be a time such as 30s, 10m or 1h, at most"
            + " 24h.",
        "{\"level\":\"trace\",\"logger\":\"org.apache.kafka\"}|level must be error, warn, info,"
            + " debug or null.",
        "{\"level\":\"debug\",\"logger\":\"org.eclipse.jetty\"}|logger must be dev.explanations or"
            + " org.apache.kafka, or one below: others log secrets.",
        "{\"level\":\"debug\",\"logger\":\"ROOT\"}|logger must be dev.explanations or"
            + " org.apache.kafka, or one below: others log secrets.",
        "{\"level\":\"debug\",\"logger\":\"dev.explanationsX\"}|logger must be dev.explanations or"
            + " org.apache.kafka, or one below: others log secrets."
      })
  void refusals_sayWhatIsAllowed(String body, String detail) throws Exception {
    Answer answer = post(body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("detail").asText()).isEqualTo(detail);
    assertThat(get().body()).isEqualTo("{\"changed\":[]}");
  }
}
