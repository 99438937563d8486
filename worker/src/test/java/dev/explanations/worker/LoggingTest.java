package dev.explanations.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** In processes of their own, since the environment chooses the form of the log. */
class LoggingTest {
  private static List<String> log(Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    try (JavaProcess process = new JavaProcess(environment, Probe.class.getName(), args)) {
      List<String> lines = process.output();
      assertThat(process.exitCode()).isZero();
      return lines;
    }
  }

  @Test
  void log_isOneReadableLinePerEvent_inDevelopment() throws Exception {
    assertThat(log(Map.of()))
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .matches(
                        "[\\d:.]{12} INFO  \\S*Probe +hello world failure_count=5 .*origin=t/0/7"),
            line -> assertThat(line).contains("WARN", "library warns"));
  }

  @Test
  void log_isOneJsonObjectPerEvent_inProduction() throws Exception {
    List<String> lines = log(Map.of("ENVIRONMENT", "production"), "more");

    assertThat(lines).hasSize(4);
    JsonNode event = event(lines, 0);
    assertThat(event.path("level").asText()).isEqualTo("INFO");
    assertThat(event.path("message").asText()).isEqualTo("hello world");
    assertThat(event.path("logger").asText()).isEqualTo(Probe.class.getName());
    assertThat(event.path("thread").asText()).isEqualTo("main");
    assertThat(event.path("origin").asText()).isEqualTo("t/0/7");
    assertThat(event.path("failure_count").isInt()).isTrue();
    assertThat(Instant.parse(event.path("timestamp").asText())).isBefore(Instant.now());
    assertThat(event.has("exception")).isFalse();
    assertThat(event(lines, 1).path("level").asText()).isEqualTo("WARN");
    assertThat(event(lines, 2).path("message").asText()).isEqualTo("two\nlines, half a pair: ?");
    assertThat(event(lines, 3).path("level").asText()).isEqualTo("ERROR");
    assertThat(event(lines, 3).path("exception").asText())
        .startsWith("java.lang.IllegalStateException: odd\n\tat ")
        .contains("Caused by: java.io.IOException: deep");
  }

  private static JsonNode event(List<String> lines, int number) throws IOException {
    return new ObjectMapper().readTree(lines.get(number));
  }

  @Test
  void logLevel_concernsTheWorkerAlone() throws Exception {
    assertThat(log(Map.of("LOG_LEVEL", "debug")))
        .hasSize(3)
        .anyMatch(line -> line.contains("DEBUG") && line.contains("details"));
    assertThat(log(Map.of("LOG_LEVEL", "error")))
        .singleElement()
        .asString()
        .contains("library warns");
  }

  /** Logs as the worker and as a library. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] args) {
      MDC.put("origin", "t/0/7");
      LoggerFactory.getLogger(Probe.class)
          .atInfo()
          .addKeyValue("failure_count", 5)
          .addKeyValue("level", "not this one")
          .log("hello {}", "world");
      MDC.clear();
      LoggerFactory.getLogger(Probe.class).debug("details");
      LoggerFactory.getLogger("org.apache.kafka.clients.Some").info("library chats");
      LoggerFactory.getLogger("org.apache.kafka.clients.Some").warn("library warns");
      if (args.length > 0) {
        LoggerFactory.getLogger(Probe.class).info("two\nlines, half a pair: {}", "\ud83d");
        LoggerFactory.getLogger(Probe.class)
            .error("failed", new IllegalStateException("odd", new IOException("deep")));
      }
    }
  }
}
