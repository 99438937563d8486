package dev.explanations.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.Command.HoldBreakerOpen;
import dev.explanations.worker.contract.peer.Command.Pause;
import dev.explanations.worker.contract.peer.Command.ResetBreaker;
import dev.explanations.worker.contract.peer.Command.Resume;
import dev.explanations.worker.contract.peer.Command.SetBudget;
import dev.explanations.worker.contract.peer.Command.SetCandidateShare;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.spending.BudgetLimits;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlStateTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private static ControlState after(Command... commands) {
    List<OrderedCommand> ordered =
        Arrays.stream(commands).map(c -> new OrderedCommand(c, 0, NOON, "w1")).toList();
    return ControlState.UNKNOWN.with(ordered);
  }

  @Test
  void breakers_areHeldOpen_untilTheyAreReset() {
    assertThat(after(new HoldBreakerOpen("a"), new HoldBreakerOpen("b")).breakersHeldOpen())
        .containsExactlyInAnyOrder("a", "b");
    assertThat(
            after(new HoldBreakerOpen("a"), new HoldBreakerOpen("b"), new ResetBreaker("a"))
                .breakersHeldOpen())
        .containsExactly("b");
  }

  @Test
  void candidateShare_isTheLastWord_andZeroBefore() {
    assertThat(ControlState.UNKNOWN.candidateShare()).isZero();
    assertThat(after(new SetCandidateShare(0.2), new Pause()).candidateShare()).isEqualTo(0.2);
    assertThat(after(new SetCandidateShare(1), new SetCandidateShare(0)).candidateShare()).isZero();
  }

  @Test
  void budget_isTheLastWord_andThatOfTheSettingsBefore() {
    BudgetLimits raised = new BudgetLimits(new Usd(25), null);
    assertThat(ControlState.UNKNOWN.budget()).isEqualTo(BudgetLimits.OF_SETTINGS);
    assertThat(after(new SetBudget(raised), new Pause()).budget()).isEqualTo(raised);
    assertThat(after(new SetBudget(raised), new SetBudget(BudgetLimits.OF_SETTINGS)).budget())
        .isEqualTo(BudgetLimits.OF_SETTINGS);
    assertThat(after(new SetBudget(raised)).heard("a", 7, NOON).inTopic("t").budget())
        .isEqualTo(raised);
  }

  @Test
  void paused_isTheLastWord() {
    assertThat(after(new Pause()).paused()).isTrue();
    assertThat(after(new Pause(), new Resume()).paused()).isFalse();
    assertThat(after(new Resume(), new Pause()).paused()).isTrue();
  }

  @Test
  void workers_areLive_untilTheyHaveBeenSilentForFifteenSeconds() {
    ControlState state =
        ControlState.UNKNOWN.heard("a", 7, NOON).heard("b", 8, NOON.plusSeconds(5));

    assertThat(state.live(NOON.plusSeconds(15))).isEqualTo(Map.of("a", 7L, "b", 8L));
    assertThat(state.live(NOON.plusSeconds(15).plusMillis(1))).isEqualTo(Map.of("b", 8L));
    assertThat(state.live(NOON.plusSeconds(21))).isEmpty();
  }

  @Test
  void inventedNames_areNotBelievedInWithoutEnd() {
    ControlState state = ControlState.UNKNOWN;
    for (int i = 0; i <= ControlState.MAX_NAMES; i++) {
      state = state.with(List.of(new OrderedCommand(new HoldBreakerOpen("b" + i), 0, NOON, "w1")));
      state = state.heard("w" + i, 1, NOON);
    }

    assertThat(state.workers()).hasSize(ControlState.MAX_NAMES);
    assertThat(state.heard("w0", 7, NOON).live(NOON)).containsEntry("w0", 7L);
    assertThat(state.breakersHeldOpen()).hasSize(ControlState.MAX_NAMES);
  }

  @Test
  void workers_areGone_asSoonAsTheySaySo() {
    ControlState state = ControlState.UNKNOWN.heard("a", 7, NOON).heard("b", 8, NOON);

    assertThat(state.departed("a").live(NOON)).containsOnlyKeys("b");
  }

  @Test
  void workers_areRemembered_untilTheirSilenceIsLong() {
    ControlState state =
        ControlState.UNKNOWN.heard("a", 7, NOON).heard("b", 8, NOON.plusSeconds(5));

    assertThat(state.silentSince(NOON)).isEmpty();
    assertThat(state.silentSince(NOON.plusSeconds(1))).containsExactly("a");
  }

  @Test
  void deafness_isNotTheOthersSilence() {
    ControlState state =
        ControlState.UNKNOWN.heard("dead", 1, NOON.minusSeconds(20)).heard("alive", 7, NOON);
    Instant back = NOON.plusSeconds(600);

    assertThat(state.live(back)).isEmpty();
    ControlState hearing = state.disconnectedBetween(NOON, back);
    assertThat(hearing.live(back)).isEqualTo(Map.of("alive", 7L));
    assertThat(hearing.live(back.plusSeconds(16))).isEmpty();
  }

  @Test
  void deafness_isNothing_whenHeartbeatsCameInTime() {
    ControlState state = ControlState.UNKNOWN.heard("a", 7, NOON);

    assertThat(state.disconnectedBetween(NOON, NOON.plusSeconds(6))).isSameAs(state);
  }
}
