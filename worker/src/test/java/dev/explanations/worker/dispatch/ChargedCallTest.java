package dev.explanations.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.peer.OutcomeRecord.Handoff;
import dev.explanations.worker.contract.peer.OutcomeRecord.LaneCalls;
import dev.explanations.worker.control.CacheStates;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.GateSettings;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.policy.Pricing;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.spending.Ledgers;
import dev.explanations.worker.spending.TestBudget;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the dispatcher tells of the cost of its calls. */
class ChargedCallTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-30T12:00:00Z"), ZoneOffset.UTC);
  private static final LocalDate TODAY = LocalDate.parse("2026-11-30");
  private static final Usage USAGE = new Usage(1000, 500, 1500);
  private static final Outcome OK =
      new Outcome.Explained(new Explanation("text", "gemini-3.5-flash-lite", "1", USAGE));
  private static final Outcome LOST = new Outcome.ConnectionLost("closed while it was idle");

  /** By hand: (1000 x 0.30 + 500 x 2.50) dollars for a million. */
  private static final Charge PAID = Charge.of(USAGE, new Usd(1_550_000));

  private final BlockingQueue<Outcome> ends = new LinkedBlockingQueue<>();
  private final Ledger ledger = Ledgers.ofAnyDay();
  private final FakeChannel channel = new FakeChannel();

  @AutoClose private final CallDispatcher dispatcher = dispatcher();

  private CallDispatcher dispatcher() {
    GateSettings settings =
        new GateSettings(
            new Settings.CircuitBreaker(true, 5, Duration.ofMinutes(1), 2),
            4,
            0,
            0,
            Duration.ofMillis(100),
            Duration.ofSeconds(1));
    DispatchSettings times =
        new DispatchSettings(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofMinutes(5));
    return new CallDispatcher(
        new CallGate(Map.of("google_ai", this::call), settings, TestBudget.none(), CLOCK),
        new SharedAnswers(SharedCache.none(), () -> CacheStates.EMPTY, times, CLOCK),
        channel,
        new Pricing(Prices.of(null), CLOCK),
        ledger,
        times,
        CLOCK,
        Tracing.OFF);
  }

  private Outcome call(Prompt prompt, Consumer<CallDetails> watcher) {
    try {
      Outcome outcome = ends.take();
      CallDetails.Response response =
          outcome.equals(OK)
              ? new CallDetails.Response("gemini-3.5-flash-lite", "id", "STOP", USAGE, 0, 0)
              : null;
      watcher.accept(
          new CallDetails(
              CallDetails.Provider.DEVELOPER_API,
              "gemini-3.5-flash-lite",
              null,
              true,
              null,
              response));
      return outcome;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String begin(Lane lane, String key) {
    return ((Admission.Accepted)
            lane.offer(
                key,
                () -> new Question(TestPrompt.of("system", key, 300), FoldedHashes.NONE, null)))
        .callId();
  }

  private CallEnded ended(int call) {
    await().until(() -> channel.ended().size() > call);
    List<OutcomeRecord> all =
        channel.sent.stream()
            .map(FakeChannel.Sent::record)
            .filter(CallEnded.class::isInstance)
            .toList();
    return (CallEnded) all.get(call);
  }

  @Test
  void outcome_hasItsCharge_andTheCallsThatItsLaneHasBegun() {
    Lane lane = dispatcher.open(0);
    begin(lane, "a");
    begin(lane, "b");
    await().until(() -> lane.begun() == 2);
    ends.add(OK);

    assertThat(ended(0).charge()).isEqualTo(PAID);
    assertThat(ended(0).lane()).isEqualTo(new LaneCalls(lane.id(), 2));
    ends.add(OK);
    assertThat(ended(1).lane()).isEqualTo(new LaneCalls(lane.id(), 2));
    assertThat(dispatcher.open(1).id()).isNotEqualTo(lane.id());
  }

  @Test
  void callThatWasRepeated_isChargedTwice() {
    ends.add(LOST);
    ends.add(OK);
    begin(dispatcher.open(0), "k");

    assertThat(ended(0).charge()).isEqualTo(PAID.plus(Charge.UNKNOWN));
  }

  @Test
  void charge_countsFromTheEndOfTheCall_untilItsPartitionLeaves() {
    Lane lane = dispatcher.open(0);
    String callId = begin(lane, "k");
    ends.add(OK);
    ended(0);
    assertThat(ledger.on(TODAY)).isEqualTo(PAID);
    assertThat(ledger.read(0, callId)).isEqualTo(PAID);

    begin(lane, "late");
    await().until(() -> lane.begun() == 2);
    lane.close();
    ends.add(OK);
    ended(1);
    assertThat(ledger.on(TODAY)).as("its next owner counts it").isEqualTo(Charge.NONE);
    assertThat(channel.sent)
        .extracting(FakeChannel.Sent::record)
        .filteredOn(Handoff.class::isInstance)
        .singleElement()
        .extracting(it -> ((Handoff) it).lane())
        .isEqualTo(lane.id());
  }
}
