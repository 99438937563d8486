package dev.explanations.lab.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.CacheKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WarmUpRequestsTest {

  private static WarmUpRequests read(String... lines) throws IOException {
    return read(null, lines);
  }

  private static WarmUpRequests read(@Nullable Duration maxAge, String... lines)
      throws IOException {
    return WarmUpRequests.read(
        new BufferedReader(new StringReader(String.join("\n", lines))),
        request -> CacheKey.of(request, "gemini-test", "1").value(),
        maxAge);
  }

  @Test
  void sameExplanation_isWishedForOnce_whateverElseTheLineSays() throws Exception {
    String first = "{\"requestId\":\"a\",\"topic\":\"Biology\",\"subtopic\":\"Cells\"}";
    WarmUpRequests wishes =
        read(
            first,
            "",
            "{\"topic\":\" Biology\",\"subtopic\":\"Cells \"}",
            "{\"topic\":\"Biology\",\"subtopic\":\"Cells\",\"detail\":\"brief\"}");

    assertThat(wishes.lines()).isEqualTo(3);
    assertThat(wishes.requests()).hasSize(2).containsValue(first);
    assertThat(wishes.refused()).isEmpty();
  }

  @Test
  void maxAge_isThatOfEveryRequest_andAnExplanationIsStillWishedForOnce() throws Exception {
    WarmUpRequests wishes =
        read(
            Duration.ofMinutes(2),
            "{\"topic\":\"Biology\",\"subtopic\":\"Cells\",\"maxAgeSeconds\":7}",
            "{\"topic\":\"Biology\",\"subtopic\":\"Cells\"}",
            "{\"topic\":\"Biology\",\"subtopic\":\"Genes\"}");

    assertThat(wishes.requests().values())
        .containsExactly(
            "{\"topic\":\"Biology\",\"subtopic\":\"Cells\",\"maxAgeSeconds\":120}",
            "{\"topic\":\"Biology\",\"subtopic\":\"Genes\",\"maxAgeSeconds\":120}");
  }

  @Test
  void linesThatAreNoRequests_areNamedByNumber() throws Exception {
    WarmUpRequests wishes = read("{\"topic\":\"Biology\"}", "", "tea, please");

    assertThat(wishes.requests()).isEmpty();
    assertThat(wishes.refused())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("line 1: ").contains("subtopic"),
            second -> assertThat(second).startsWith("line 3: "));
  }
}
