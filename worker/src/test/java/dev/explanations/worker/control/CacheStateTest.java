package dev.explanations.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.Command.ClearCache;
import dev.explanations.worker.contract.peer.Command.HoldBreakerOpen;
import dev.explanations.worker.contract.peer.Command.InvalidateCache;
import dev.explanations.worker.contract.peer.Command.Kind;
import dev.explanations.worker.contract.peer.Command.Target;
import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.explanation.FoldedHashes;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CacheStateTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final String KEY = "0a".repeat(32);
  private static final String OTHER_KEY = "0b".repeat(32);
  private static final String TOPIC = "0c".repeat(32);
  private static final String OTHER_TOPIC = "0d".repeat(32);

  private final CacheState empty = CacheState.UNKNOWN.inTopic("log-1");

  private static OrderedCommand at(long offset, Instant at, Command command) {
    return new OrderedCommand(command, offset, at, "w1");
  }

  private static OrderedCommand invalidate(long offset, Instant at, Kind kind, String hash) {
    return at(offset, at, new InvalidateCache(new Target(kind, hash)));
  }

  private static boolean admits(CacheState state, long generation) {
    return state.admits(new Generation("log-1", generation), new FoldedHashes(TOPIC, KEY));
  }

  @Test
  void unknown_admitsNothingOfAnyTopic() {
    assertThat(admits(CacheState.UNKNOWN, 7)).isFalse();
  }

  @Test
  void empty_admitsWhatWasStoredSinceTheTopicWasCreated() {
    assertThat(empty.admits(empty.generation(), new FoldedHashes(TOPIC, KEY))).isTrue();
    assertThat(empty.admitsFromRedis(Instant.EPOCH, new FoldedHashes(TOPIC, KEY))).isTrue();
  }

  @Test
  void clear_voidsWhatWasCalledForBefore() {
    Generation before = empty.generation();
    CacheState cleared = empty.with(List.of(at(10, NOON, new ClearCache())));

    assertThat(cleared.generation()).isEqualTo(new Generation("log-1", 10));
    assertThat(cleared.admits(before, new FoldedHashes(TOPIC, KEY))).isFalse();
    assertThat(admits(cleared, 9)).isFalse();
    assertThat(admits(cleared, 10)).isTrue();
  }

  @Test
  void clear_voidsInRedis_whatWasCalledForUntilAMarginForSkewHasPassed() {
    CacheState cleared = empty.with(List.of(at(10, NOON, new ClearCache())));

    assertThat(cleared.admitsFromRedis(NOON.minusSeconds(1), new FoldedHashes(TOPIC, KEY)))
        .isFalse();
    assertThat(cleared.admitsFromRedis(NOON.plusSeconds(5), new FoldedHashes(TOPIC, KEY)))
        .isFalse();
    assertThat(
            cleared.admitsFromRedis(
                NOON.plusSeconds(5).plusMillis(1), new FoldedHashes(TOPIC, KEY)))
        .isTrue();
  }

  @Test
  void clears_ofTwoWorkers_countByTheTopicsOrder_andByTheLaterClock() {
    CacheState cleared =
        empty.with(
            List.of(
                at(10, NOON.plusSeconds(60), new ClearCache()), at(11, NOON, new ClearCache())));

    assertThat(admits(cleared, 10)).isFalse();
    assertThat(cleared.admitsFromRedis(NOON.plusSeconds(30), new FoldedHashes(TOPIC, KEY)))
        .isFalse();
  }

  @Test
  void invalidation_ofAnExplanation_voidsNoOther() {
    CacheState state = empty.with(List.of(invalidate(10, NOON, Kind.EXPLANATION, KEY)));

    assertThat(admits(state, 9)).isFalse();
    assertThat(admits(state, 10)).isTrue();
    assertThat(state.admits(new Generation("log-1", 9), new FoldedHashes(TOPIC, OTHER_KEY)))
        .isTrue();
    assertThat(state.admitsFromRedis(NOON, new FoldedHashes(TOPIC, KEY))).isFalse();
    assertThat(state.admitsFromRedis(NOON.plusSeconds(6), new FoldedHashes(TOPIC, KEY))).isTrue();
    assertThat(state.admitsFromRedis(NOON, new FoldedHashes(TOPIC, OTHER_KEY))).isTrue();
  }

  @Test
  void invalidation_ofATopic_voidsAllOfIt() {
    CacheState state = empty.with(List.of(invalidate(10, NOON, Kind.TOPIC, TOPIC)));

    assertThat(admits(state, 9)).isFalse();
    assertThat(state.admits(new Generation("log-1", 9), new FoldedHashes(TOPIC, OTHER_KEY)))
        .isFalse();
    assertThat(state.admits(new Generation("log-1", 9), new FoldedHashes(OTHER_TOPIC, KEY)))
        .isTrue();
    assertThat(state.admitsFromRedis(NOON, new FoldedHashes(TOPIC, KEY))).isFalse();
    assertThat(state.admitsFromRedis(NOON, new FoldedHashes(OTHER_TOPIC, KEY))).isTrue();
  }

  @Test
  void generation_isThatOfTheLastCommandForTheCache() {
    CacheState state =
        empty.with(
            List.of(
                at(10, NOON, new ClearCache()),
                invalidate(12, NOON, Kind.EXPLANATION, KEY),
                at(15, NOON, new HoldBreakerOpen("google_ai"))));

    assertThat(state.generation().offset()).isEqualTo(12);
    assertThat(state.admits(state.generation(), new FoldedHashes(TOPIC, KEY))).isTrue();
  }

  @Test
  void entriesOfAnotherTopic_areVoid_alsoWithAHigherOffset() {
    CacheState before = empty.with(List.of(at(10_000, NOON, new ClearCache())));
    CacheState recreated = before.inTopic("log-2");

    assertThat(recreated.admits(before.generation(), new FoldedHashes(TOPIC, KEY))).isFalse();
    assertThat(recreated.admits(recreated.generation(), new FoldedHashes(TOPIC, KEY))).isTrue();
    CacheState clearedAgain = recreated.with(List.of(at(3, NOON, new ClearCache())));
    assertThat(clearedAgain.admits(recreated.generation(), new FoldedHashes(TOPIC, KEY))).isFalse();
    assertThat(clearedAgain.admits(before.generation(), new FoldedHashes(TOPIC, KEY))).isFalse();
    assertThat(clearedAgain.admits(clearedAgain.generation(), new FoldedHashes(TOPIC, KEY)))
        .isTrue();
  }

  @Test
  void anotherTopic_makesNothingValidInRedis() {
    CacheState recreated =
        empty
            .with(List.of(at(10, NOON, new ClearCache())))
            .with(List.of(invalidate(11, NOON.plusSeconds(60), Kind.TOPIC, TOPIC)))
            .inTopic("log-2");

    assertThat(recreated.admitsFromRedis(NOON, new FoldedHashes(OTHER_TOPIC, KEY))).isFalse();
    assertThat(recreated.admitsFromRedis(NOON.plusSeconds(60), new FoldedHashes(TOPIC, KEY)))
        .isFalse();
    assertThat(recreated.admitsFromRedis(NOON.plusSeconds(60), new FoldedHashes(OTHER_TOPIC, KEY)))
        .isTrue();
    assertThat(recreated.admits(recreated.generation(), new FoldedHashes(TOPIC, KEY))).isTrue();
  }

  @Test
  void inTopic_changesNothing_whenItIsTheSame() {
    CacheState state = empty.with(List.of(at(10, NOON, new ClearCache())));

    assertThat(state.inTopic("log-1")).isSameAs(state);
  }

  @Test
  void invalidations_areForgotten_onceExpired() {
    CacheState state =
        empty.with(
            List.of(
                invalidate(10, NOON, Kind.EXPLANATION, KEY),
                invalidate(11, NOON.plusSeconds(9), Kind.TOPIC, TOPIC)));

    assertThat(state.invalidatedBefore(NOON.plusSeconds(1))).containsExactly(KEY);
    CacheState rest = state.without(KEY, NOON.plusSeconds(1));
    assertThat(rest.invalidations()).isEqualTo(1);
    assertThat(rest.admits(new Generation("log-1", 9), new FoldedHashes(OTHER_TOPIC, KEY)))
        .isTrue();
    // what calls capture does not go back with it
    assertThat(rest.generation().offset()).isEqualTo(11);
  }

  @Test
  void invalidations_stay_whenTheirTombstoneWasMeantForAnEarlierOne() {
    CacheState state =
        empty.with(
            List.of(
                invalidate(10, NOON, Kind.EXPLANATION, KEY),
                invalidate(20, NOON.plusSeconds(60), Kind.EXPLANATION, KEY)));

    CacheState after = state.without(KEY, NOON.plusSeconds(1));

    assertThat(admits(after, 19)).isFalse();
    assertThat(after.invalidations()).isEqualTo(1);
  }

  @Test
  void invalidations_areBounded_andTheOldestBecomeAClear() {
    int tooMany = CacheState.MAX_INVALIDATIONS + 2;
    CacheState state =
        empty.with(
            IntStream.range(0, tooMany)
                .mapToObj(
                    i -> invalidate(i, NOON.plusSeconds(i), Kind.EXPLANATION, "%064x".formatted(i)))
                .toList());

    assertThat(state.invalidations()).isEqualTo(CacheState.MAX_INVALIDATIONS);
    assertThat(admits(state, 0)).isFalse();
    assertThat(admits(state, 1)).isTrue();
    assertThat(state.admitsFromRedis(NOON.plusSeconds(6), new FoldedHashes(TOPIC, KEY))).isFalse();
    assertThat(state.admitsFromRedis(NOON.plusSeconds(7), new FoldedHashes(TOPIC, KEY))).isTrue();
    assertThat(
            state.admits(
                new Generation("log-1", tooMany - 2),
                new FoldedHashes(TOPIC, "%064x".formatted(tooMany - 1))))
        .isFalse();
  }

  @Test
  void generation_isReadAsItWasWritten() {
    Generation generation = new Generation("q1_W-m", 1234);

    assertThat(generation.text()).isEqualTo("q1_W-m/1234");
    assertThat(Generation.parse(generation.text())).isEqualTo(generation);
  }
}
