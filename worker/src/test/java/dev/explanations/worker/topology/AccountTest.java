package dev.explanations.worker.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.peer.OutcomeRecord.Handoff;
import dev.explanations.worker.contract.peer.OutcomeRecord.LaneCalls;
import dev.explanations.worker.contract.peer.OutcomeRecord.RunningCall;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.spending.Ledgers;
import java.time.Duration;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What calls cost, across restarts, crashes and moves of the partition. */
class AccountTest {

  private static final Charge PAID = Charge.of(new Usage(10, 20, 30), new Usd(7_000));
  private static final Charge FREE = Charge.of(Usage.NONE, null);
  private static final Outcome FAILED = new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503");

  @AutoClose private final Engine engine = Engine.ready();

  private LocalDate today() {
    return LocalDate.ofInstant(engine.now(), ZoneOffset.UTC);
  }

  private Charge spent() {
    return engine.ledger.on(today());
  }

  private static Charge times(int calls, int unknown) {
    return new Charge(
        calls + unknown, 10L * calls, 20L * calls, new Usd(7_000L * calls), 0, unknown);
  }

  /** Three calls of the first lane. */
  private List<FakeLane.Offered> calls() {
    Stream.of("Cells", "Plants", "Animals").forEach(it -> engine.ask("r-" + it, it));
    return List.copyOf(engine.lane().offered);
  }

  private void end(FakeLane.Offered call, Outcome outcome, Charge charge, LaneCalls lane) {
    CallEnded ended = engine.ended(call.callId(), outcome);
    engine.report(
        call.cacheKey(),
        new CallEnded(call.callId(), outcome, ended.validity(), null, charge, lane));
  }

  private void explain(FakeLane.Offered call, int begun) {
    end(call, Engine.explained("text"), PAID, new LaneCalls("lane-0", begun));
  }

  /** The task begins anew in another process, from what was committed. */
  private void crash() {
    engine.ledger = Ledgers.ofAnyDay();
    engine.moveTo("gemini-test");
  }

  private static Handoff handoff(List<FakeLane.Offered> calls) {
    return new Handoff(
        calls.stream()
            .map(it -> new RunningCall(it.cacheKey(), it.callId(), Engine.START.plusSeconds(60)))
            .toList(),
        "lane-0");
  }

  @Test
  void eachOutcome_countsOnce_alsoOneThatNobodyWaitsFor() {
    List<FakeLane.Offered> calls = calls();
    explain(calls.get(0), 3);
    end(calls.get(1), FAILED, FREE, new LaneCalls("lane-0", 3));
    FakeLane.Offered late = calls.get(2);
    engine.report(
        late.cacheKey(),
        new CallEnded("another", FAILED, Validity.NONE, null, PAID, new LaneCalls("older", 99)));
    explain(late, 3);
    engine.report("0".repeat(64), engine.ended("look-up", new Outcome.Found(explanation())));

    assertThat(spent()).isEqualTo(new Charge(4, 30, 60, new Usd(21_000), 0, 0));
    assertThat(engine.ledger.dearest()).isEqualTo(new Usd(7_000));
  }

  private static Explanation explanation() {
    return Engine.explained("text").explanation();
  }

  @Test
  void totals_areKeptAcrossARestart_byDayAndMonth() {
    List<FakeLane.Offered> calls = calls();
    explain(calls.get(0), 3);
    engine.advance(Duration.ofDays(1));
    explain(calls.get(1), 3);
    explain(calls.get(2), 3);

    crash();
    engine.passBarrier();

    assertThat(spent()).isEqualTo(times(2, 0));
    assertThat(engine.ledger.on(YearMonth.from(today()))).isEqualTo(times(3, 0));
    assertThat(engine.ledger.takeUntold()).as("told by the new owner").containsOnlyKeys(0);
  }

  @Test
  void callWhoseOutcomeWasRead_isNoLongerTheDispatchers() {
    FakeLane.Offered call = calls().getFirst();
    engine.ledger.ended(0, call.callId(), PAID);
    assertThat(spent()).isEqualTo(times(1, 0));

    explain(call, 3);

    assertThat(spent()).isEqualTo(times(1, 0));
  }

  @Test
  void callsThatACrashCutOff_areUnknown_once() {
    explain(calls().getFirst(), 3);
    crash();
    assertThat(spent()).as("their outcomes may be on their way").isEqualTo(times(1, 0));

    engine.passBarrier();
    engine.passBarrier();

    assertThat(spent()).isEqualTo(times(1, 2));
    crash();
    engine.passBarrier();
    assertThat(spent().unknown()).as("the new lane's calls are made again").isEqualTo(2 + 2);
  }

  @Test
  void callThatBeginsAfterItsLookUp_isUnknownToo_whenACrashCutsItOff() {
    engine.lane().notBegun = 3;
    calls();
    engine.lane().notBegun = 1;
    engine.advance(Duration.ofSeconds(1));
    crash();
    engine.passBarrier();

    assertThat(spent()).isEqualTo(times(0, 2));
  }

  @Test
  void outcomesThatACrashHasLeft_areCounted_andTellOfCallsBegunAfterTheCommit() {
    List<FakeLane.Offered> calls = calls();
    crash();
    explain(calls.get(0), 3);
    explain(calls.get(1), 5);

    engine.passBarrier();

    assertThat(spent()).as("of 5 calls").isEqualTo(times(2, 3));
  }

  @Test
  void crashOfTheNewOwner_beforeItHasReadAll_chargesNothingTwice() {
    List<FakeLane.Offered> calls = calls();
    crash();
    explain(calls.get(0), 3);
    crash();
    explain(calls.get(1), 3);

    engine.passBarrier();

    assertThat(spent()).isEqualTo(times(2, 1));
  }

  @Test
  void callsHandedOver_areNotUnknown_evenIfTheNewOwnerDies() {
    List<FakeLane.Offered> calls = calls();
    crash();
    explain(calls.get(0), 3);
    engine.report("", handoff(calls.subList(1, 3)));
    crash();
    engine.passBarrier();
    explain(calls.get(1), 3);
    explain(calls.get(2), 3);

    assertThat(spent()).isEqualTo(times(3, 0));
  }

  @Test
  void taskThatIsRevived_adoptsItsCalls_andChargesThemOnce() {
    FakeLane.Offered call = calls().getFirst();
    engine.revive();
    engine.report("", handoff(List.of(call)));
    engine.lane().underWay.put(call.cacheKey(), call.callId());
    engine.passBarrier();
    explain(call, 3);

    assertThat(spent()).isEqualTo(times(1, 0));
  }

  @Test
  void callHandedOverThatNeverEnds_isUnknown() {
    List<FakeLane.Offered> calls = calls();
    crash();
    engine.report("", handoff(calls));
    engine.passBarrier();
    assertThat(spent()).isEqualTo(Charge.NONE);

    engine.advance(Duration.ofSeconds(80));
    engine.passBarrier();

    assertThat(spent()).isEqualTo(times(0, 3));
  }

  @Test
  void ownCallWhoseOutcomeIsLost_isChargedAsItEnded_andALookUpIsFree() {
    List<FakeLane.Offered> calls = calls();
    engine.ledger.ended(0, calls.getFirst().callId(), PAID);
    engine.lane().held.clear();
    engine.advance(Duration.ofSeconds(80));
    engine.passBarrier();

    assertThat(spent()).isEqualTo(times(1, 0));
  }

  @Test
  void outcomesOfAnOwnerThatWasOnlySilent_areChargedAgain() {
    List<FakeLane.Offered> calls = calls();
    crash();
    engine.passBarrier();
    explain(calls.get(0), 50_000);
    assertThat(spent()).as("documented").isEqualTo(times(1, 3));

    engine.report("", new Handoff(List.of(), "lane-1"));
    crash();
    engine.report("", new Handoff(List.of(), "lane-1"));
    engine.passBarrier();
    assertThat(spent()).as("its other calls are its own affair").isEqualTo(times(1, 3));
  }

  @Test
  void damagedTotals_areNothing() {
    explain(calls().getFirst(), 3);
    byte[] sound = engine.driver.<String, byte[]>getKeyValueStore("counters").get("account");
    for (byte[] damaged : List.of(new byte[0], new byte[] {2, 1}, new byte[sound.length])) {
      engine.driver.<String, byte[]>getKeyValueStore("counters").put("account", damaged);
      crash();
      engine.passBarrier();
      assertThat(spent()).isEqualTo(Charge.NONE);
      assertThat(engine.ledger.dearest()).isEqualTo(Usd.ZERO);
    }
  }
}
