package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Source;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Requests that say how old an explanation may be. */
class MaxAgeTest {

  private static final String NEW_CALL = ",\"maxAgeSeconds\":0";

  @AutoClose private final Engine engine = Engine.ready();

  private void askedNow(int call, String text) {
    var outcome = Engine.explained(text, "m");
    var offered = engine.lane().offered.get(call);
    var ended = engine.ended(offered.callId(), outcome);
    Validity validity = ended.validity();
    engine.report(
        offered.cacheKey(),
        new OutcomeRecord.CallEnded(
            offered.callId(),
            outcome,
            new Validity(
                validity.hashes(), validity.generation(), engine.now(), validity.expiresAt())));
  }

  private static List<String> texts(List<ExplanationResult> results) {
    return results.stream().map(it -> Objects.requireNonNull(it.text())).toList();
  }

  @Test
  void manyThatWantANewCall_shareTheOneThatBeginsAfterThem() {
    engine.ask("r-0", "Cells");
    engine.advance(Duration.ofSeconds(1));
    for (int i = 1; i <= 1_000; i++) {
      engine.ask("r-" + i, "Cells", NEW_CALL);
    }
    assertThat(engine.lane().offered).hasSize(1);
    engine.end(0, Engine.explained("old", "m"));
    engine.settle();
    assertThat(texts(engine.results())).containsExactly("old");

    assertThat(engine.lane().offered).hasSize(2);
    assertThat(engine.lane().offered.get(1).mayBeShared()).isFalse();
    askedNow(1, "new");
    engine.settle();

    assertThat(texts(engine.results())).hasSize(1_000).containsOnly("new");
    assertThat(engine.lane().offered).hasSize(2);
    engine.ask("r-plain", "Cells");
    List<ExplanationResult> plain = engine.results();
    assertThat(texts(plain)).containsExactly("new");
    assertThat(plain.getFirst().source()).isEqualTo(Source.STATE_STORE);
  }

  @Test
  void storedExplanation_servesWhoseAgeItMeets() {
    engine.ask("r-0", "Cells");
    askedNow(0, "first");
    engine.settle();
    engine.advance(Duration.ofSeconds(60));
    engine.ask("r-1", "Cells", ",\"maxAgeSeconds\":61");
    engine.ask("r-2", "Cells", ",\"maxAgeSeconds\":59");
    assertThat(engine.results())
        .extracting(ExplanationResult::requestId)
        .containsExactly("r-0", "r-1");

    assertThat(engine.lane().offered).hasSize(2);
    assertThat(engine.lane().offered.get(1).mayBeShared()).isTrue();
    askedNow(1, "second");
    engine.settle();
    assertThat(texts(engine.results())).containsExactly("second");
  }

  /** The dispatcher's clock is behind: its answers would be too old for ever. */
  @Test
  void answerOfACallMadeForARequest_isYoungEnough_whateverTheClockOfTheCall() {
    engine.ask("r-0", "Cells", NEW_CALL);
    engine.end(0, Engine.explained("text", "m"));
    engine.settle();
    assertThat(texts(engine.results())).containsExactly("text");
    assertThat(engine.lane().offered).hasSize(1);
  }
}
