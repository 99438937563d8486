package dev.explanations.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** In processes of their own, since the environment chooses the form of the log. */
class LoggingTest {
  private static List<String> log(Map<String, String> environment)
      throws IOException, InterruptedException {
    try (JavaProcess process = new JavaProcess(environment, Probe.class.getName())) {
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
                assertThat(line).matches("[\\d:.]{12} INFO  \\S*Probe +hello world origin=t/0/7"),
            line -> assertThat(line).contains("WARN", "library warns"));
  }

  @Test
  void log_isOneJsonObjectPerEvent_inProduction() throws Exception {
    List<String> lines = log(Map.of("ENVIRONMENT", "production"));

    assertThat(lines).hasSize(2);
    JsonNode event = new ObjectMapper().readTree(lines.getFirst());
    assertThat(event.path("level").asText()).isEqualTo("INFO");
    assertThat(event.path("formattedMessage").asText()).isEqualTo("hello world");
    assertThat(event.path("loggerName").asText()).startsWith("dev.explanations.");
    assertThat(event.path("mdc").path("origin").asText()).isEqualTo("t/0/7");
    assertThat(event.path("timestamp").asLong()).isPositive();
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
      LoggerFactory.getLogger(Probe.class).info("hello {}", "world");
      MDC.clear();
      LoggerFactory.getLogger(Probe.class).debug("details");
      LoggerFactory.getLogger("org.apache.kafka.clients.Some").info("library chats");
      LoggerFactory.getLogger("org.apache.kafka.clients.Some").warn("library warns");
    }
  }
}
