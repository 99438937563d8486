package dev.explanations.lab.soak.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestDrawTest {

  private static List<DrawnRequest> asks(long seed) {
    RequestDraw asks = new RequestDraw(new Random(seed), seed);
    return Stream.generate(asks::next).limit(1_000).toList();
  }

  @Test
  void next_asksTheSameForTheSameSeed_andSomethingElseForAnother() {
    assertThat(asks(3)).isEqualTo(asks(3)).isNotEqualTo(asks(4));
  }

  @Test
  void next_asksTheHotQuestionHalfOfTheTime_andOthersMoreThanOnce() {
    List<DrawnRequest> asks = asks(1);
    long hot = asks.stream().filter(ask -> ask.question().equals("Question 0 of run 1")).count();

    assertThat(hot).isBetween(400L, 600L);
    assertThat(asks.stream().map(DrawnRequest::question).distinct().count()).isBetween(150L, 450L);
    assertThat(asks.stream().map(DrawnRequest::requestId)).doesNotHaveDuplicates();
  }

  @Test
  void nextNew_neverAsksAgain() {
    RequestDraw asks = new RequestDraw(new Random(1), 1);

    assertThat(Stream.generate(asks::nextNew).limit(100).map(DrawnRequest::question))
        .doesNotHaveDuplicates();
  }
}
