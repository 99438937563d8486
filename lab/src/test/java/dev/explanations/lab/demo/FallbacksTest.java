package dev.explanations.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.submit.Result;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FallbacksTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Fallbacks fallbacks =
      new Fallbacks(new TourLog(new PrintStream(printed, true, StandardCharsets.UTF_8)));

  @Test
  void fallbacks_areCounted_andTheFirstIsShown() throws Exception {
    arrive("r-1", "circuit_breaker_open");
    arrive("r-2", "circuit_breaker_open");

    assertThat(fallbacks.count()).isEqualTo(2);
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .contains("r-1", "after 12 ms", "Service temporarily unavailable.");
  }

  @Test
  void otherResults_areNoFallbacks() throws Exception {
    arrive("r-1", "deadline_exceeded");
    arrive("r-2", null);

    assertThat(fallbacks.count()).isZero();
    assertThat(printed.size()).isZero();
  }

  private void arrive(String requestId, @Nullable String error) throws Exception {
    fallbacks.arrived(
        new Result(requestId, "unavailable", null, error, 0, 0),
        new ObjectMapper()
            .readTree(
                """
                {"explanation": "Service temporarily unavailable.",
                 "requestedAt": "2026-11-23T12:00:00.000Z", "completedAt": "2026-11-23T12:00:00.012Z"}
                """));
  }
}
