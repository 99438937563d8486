package dev.explanations.worker.topology;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.peer.OutcomeRecord.Wake;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Which request pays for which call. The prices are those of the jar, by hand: 1000 prompt and 500
 * output tokens cost 1000 x 0.30 + 500 x 2.50 = 1550 millionths of a dollar with the preferred
 * model, and 1000 x 0.75 + 500 x 3.75 = 2625 with the fallback.
 */
class CostOfAResultTest {

  private static final Usage USAGE = new Usage(1000, 500, 1500);
  private static final Charge PREFERRED = Charge.of(USAGE, new Usd(1_550_000));
  private static final Charge FALLBACK = Charge.of(USAGE, new Usd(2_625_000));
  private static final Charge UNPRICED = Charge.of(USAGE, null);
  private static final Charge FREE = Charge.of(Usage.NONE, null);
  private static final Outcome CUT_OFF =
      new Outcome.Unusable(ErrorCode.INCOMPLETE_ANSWER, "MAX_TOKENS");
  private static final Outcome DOWN = new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503");
  private static final Outcome SLOW_DOWN =
      new Outcome.Throttled(ErrorCode.RATE_LIMITED, "lost its connection", null);

  @AutoClose private final Engine engine = Engine.ready();

  private void end(Outcome outcome, Charge charge) {
    FakeLane.Offered call = engine.lane().offered.getLast();
    CallEnded ended = engine.ended(call.callId(), outcome);
    engine.report(
        call.cacheKey(),
        new CallEnded(call.callId(), outcome, ended.validity(), null, charge, null));
  }

  private Map<String, @Nullable Usd> costs() {
    Map<String, @Nullable Usd> costs = new HashMap<>();
    for (ExplanationResult result : engine.results()) {
      costs.put(result.requestId(), result.cost());
    }
    return costs;
  }

  private Charge total() {
    return engine.ledger.on(LocalDate.ofInstant(engine.now(), ZoneOffset.UTC));
  }

  @Test
  void starterPaysForBothCalls_whoeverJoinedOrCameLaterPaysNothing() {
    engine.ask("starter", "Cells");
    engine.ask("joiner", "Cells");
    end(CUT_OFF, PREFERRED);
    engine.advance(Duration.ofSeconds(5));
    assertThat(engine.lane().offered).hasSize(2);
    end(Engine.explained("text"), FALLBACK);
    engine.ask("hit", "Cells");

    assertThat(costs())
        .containsOnly(
            Map.entry("starter", new Usd(4_175_000)),
            Map.entry("joiner", Usd.ZERO),
            Map.entry("hit", Usd.ZERO));
    assertThat(total()).isEqualTo(new Charge(2, 2000, 1000, new Usd(4_175_000), 0, 0));
  }

  @Test
  void costOfFailedCalls_isKeptAcrossAMove_andIsInTheFallbackToo() {
    engine.ask("starter", "Cells");
    end(CUT_OFF, PREFERRED);
    engine.moveTo("gemini-test");
    engine.passBarrier();
    engine.advance(Duration.ofSeconds(5));
    end(CUT_OFF, FALLBACK);

    ExplanationResult result = engine.result();
    assertThat(result.status()).isEqualTo(ExplanationResult.Status.UNAVAILABLE);
    assertThat(result.cost()).isEqualTo(new Usd(4_175_000));
  }

  @Test
  void modelWithoutAPrice_orACallThatWasCutOff_makesTheCostUnknown() {
    engine.ask("unpriced", "Cells");
    end(Engine.explained("text"), UNPRICED);
    engine.ask("cut off", "Plants");
    end(DOWN, Charge.UNKNOWN);
    engine.advance(Duration.ofSeconds(5));
    end(Engine.explained("text"), PREFERRED);
    engine.ask("repeated", "Animals");
    end(SLOW_DOWN, Charge.UNKNOWN);
    engine.report("", new Wake());
    engine.advance(Duration.ofSeconds(5));
    end(Engine.explained("text"), PREFERRED);

    assertThat(costs()).hasSize(3).containsValues((Usd) null).doesNotContainValue(Usd.ZERO);
    assertThat(total()).isEqualTo(new Charge(5, 3000, 1500, new Usd(3_100_000), 1, 2));
  }

  @Test
  void requestThatIsRefusedOrRejected_paysWhatWasBilled_andAnInvalidOneNothing() {
    engine.ask("blocked", "Cells");
    end(new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "SAFETY"), PREFERRED);
    engine.ask("again", "Cells");
    engine.askRaw(null, "{\"requestId\":\"invalid\"}".getBytes(UTF_8), new RecordHeaders());

    assertThat(costs())
        .containsOnly(
            Map.entry("blocked", new Usd(1_550_000)),
            Map.entry("again", Usd.ZERO),
            Map.entry("invalid", Usd.ZERO));
  }

  @Test
  void failureThatCostsNothing_leavesNoTraceInTheStore() {
    engine.ask("r-1", "Cells");
    end(DOWN, FREE);
    assertThat(pending()).doesNotContain("charge");
    engine.advance(Duration.ofSeconds(5));
    end(CUT_OFF, PREFERRED);

    assertThat(pending()).contains("charge");
  }

  /** All that is stored of the one pending request. */
  private String pending() {
    try (KeyValueIterator<String, byte[]> all =
        engine.driver.<String, byte[]>getKeyValueStore("pending").all()) {
      return new String(all.next().value, ISO_8859_1);
    }
  }
}
