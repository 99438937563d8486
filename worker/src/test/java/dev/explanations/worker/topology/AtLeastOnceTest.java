package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Source;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtLeastOnceTest {

  @TempDir Path dir;
  private Engine engine;

  @BeforeEach
  void start() {
    engine =
        Engine.ready(
            dir,
            s ->
                new ExplainSettings(
                    false,
                    s.requests(),
                    s.cacheEntriesPerTask(),
                    s.callTimeout(),
                    s.maxDeadLetterBytes()));
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  @Test
  void answeredRequest_staysUntilACommitMustHavePassed_andIsNotAnsweredTwice() {
    engine.ask("r-1", "Cells");
    engine.ask("r-2", "Cells");
    engine.explain(0);
    assertThat(engine.results()).hasSize(2);
    assertThat(engine.pending()).isEqualTo(2);

    engine.ask("r-3", "Other");
    engine.advance(Duration.ofMillis(250));
    assertThat(engine.pending()).isEqualTo(3);
    engine.advance(Duration.ofMillis(250));

    assertThat(engine.pending()).isEqualTo(1);
    assertThat(engine.results()).isEmpty();
    assertThat(engine.lane().offered).hasSize(2);
  }

  @Test
  void crashBeforeThat_answersAgainRatherThanNever() {
    engine.ask("r-1", "Cells");
    engine.explain(0);
    engine.results();

    engine.revive();
    engine.passBarrier();

    ExplanationResult again = engine.result();
    assertThat(again.requestId()).isEqualTo("r-1");
    assertThat(again.source()).as("no second call is claimed").isEqualTo(Source.COALESCED);
    assertThat(engine.lane().offered).as("from the store, without a call").isEmpty();
  }

  @Test
  void requestThatCameBackFromTheRetryTopic_isNotRemoved() {
    engine.ask("r-1", "Cells");
    engine.end(0, new Outcome.Throttled(ErrorCode.RATE_LIMITED, "429", Duration.ofSeconds(30)));
    engine.advance(Duration.ofSeconds(1));
    engine.advance(Duration.ofSeconds(1));
    assertThat(engine.pending()).isEqualTo(1);

    engine.advance(Duration.ofSeconds(31));
    engine.explain(1);

    assertThat(engine.results()).hasSize(1);
  }

  @Test
  void expiredRequest_isAnsweredOnce() {
    engine.ask("r-1", "Cells", ",\"deadline\":\"2026-11-23T12:00:10Z\"");
    engine.advance(Duration.ofSeconds(10));
    engine.settle();
    engine.advance(Duration.ofSeconds(1));
    engine.advance(Duration.ofSeconds(1));

    assertThat(engine.results()).hasSize(1);
    assertThat(engine.pending()).isZero();
  }
}
