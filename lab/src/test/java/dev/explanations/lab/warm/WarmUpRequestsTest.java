package dev.explanations.lab.warm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class WarmUpRequestsTest {

  private static WarmUpRequests read(String... lines) throws IOException {
    return WarmUpRequests.read(
        new BufferedReader(new StringReader(String.join("\n", lines))), "gemini-test");
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
  void linesThatAreNoRequests_areNamedByNumber() throws Exception {
    WarmUpRequests wishes = read("{\"topic\":\"Biology\"}", "", "tea, please");

    assertThat(wishes.requests()).isEmpty();
    assertThat(wishes.refused())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("line 1: ").contains("subtopic"),
            second -> assertThat(second).startsWith("line 3: "));
  }
}
