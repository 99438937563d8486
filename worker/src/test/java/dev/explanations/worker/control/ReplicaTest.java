package dev.explanations.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.Command.ClearCache;
import dev.explanations.worker.contract.peer.Command.HoldBreakerOpen;
import dev.explanations.worker.contract.peer.Command.InvalidateCache;
import dev.explanations.worker.contract.peer.Command.Kind;
import dev.explanations.worker.contract.peer.Command.Pause;
import dev.explanations.worker.contract.peer.Command.ResetBreaker;
import dev.explanations.worker.contract.peer.Command.Resume;
import dev.explanations.worker.contract.peer.Command.Target;
import dev.explanations.worker.contract.peer.ControlRecord;
import dev.explanations.worker.contract.peer.ControlRecord.Departed;
import dev.explanations.worker.contract.peer.ControlRecord.Expired;
import dev.explanations.worker.contract.peer.ControlRecord.Heartbeat;
import dev.explanations.worker.contract.peer.ControlRecord.Ordered;
import dev.explanations.worker.contract.peer.ControlRecord.PartitionSpent;
import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.control.CommandResult.Receipt;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.fixture.ManualClock;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.spending.Ledgers;
import dev.explanations.worker.spending.Spent;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReplicaTest {

  private static final String HASH = "0a".repeat(32);
  private static final Duration KEEP = Duration.ofHours(1);

  private final ManualClock clock = new ManualClock();
  private final List<String> performed = new ArrayList<>();

  /** How the next commands end; at once, when there is nothing. */
  private final Deque<CompletionStage<@Nullable Void>> ends = new ArrayDeque<>();

  private final Ledger ledger = Ledgers.ofAnyDay();
  private final AtomicInteger told = new AtomicInteger();
  private final Replica replica =
      new Replica("me", KEEP, this::perform, ledger, clock, told::incrementAndGet);

  private CompletionStage<@Nullable Void> perform(Command command, long offset, boolean replayed) {
    performed.add(
        command.getClass().getSimpleName() + " " + offset + (replayed ? " replayed" : ""));
    return ends.isEmpty() ? CompletableFuture.completedFuture(null) : ends.remove();
  }

  @Test
  void totalsOfPartitions_areTaken_fromTheHistoryAndFromEachRecord() {
    LocalDate today = LocalDate.parse("2026-11-30");
    Spent one = Spent.NOTHING.plus(Charge.UNKNOWN, today);
    Spent two = one.plus(Charge.UNKNOWN, today);
    replica.history("log-1", List.of(entry(7, new PartitionSpent(0, two))), 8);
    assertThat(ledger.on(today).calls()).isEqualTo(2);

    replica.follow(entry(8, new PartitionSpent(1, one)));
    replica.follow(entry(9, new PartitionSpent(0, one)));

    assertThat(ledger.on(today).calls()).isEqualTo(3);
    assertThat(ledger.takeUntold()).as("not this worker's to tell").isEmpty();
    assertThat(replica.applied()).isEqualTo(9);

    replica.history("log-2", List.of(), 0);
    assertThat(ledger.takeUntold()).as("a new topic knows none").containsOnlyKeys(0, 1);
  }

  private Replica.Entry entry(long offset, Command command) {
    return entry(offset, new Ordered(command, clock.instant(), "w1"));
  }

  private Replica.Entry entry(long offset, ControlRecord record) {
    return new Replica.Entry(record, offset, clock.instant());
  }

  private Heartbeat heartbeat(String instance, long applied) {
    return new Heartbeat(instance, applied, clock.instant());
  }

  private void begin(Replica.Entry... history) {
    replica.history("log-1", List.of(history), 100);
  }

  private Receipt receipt(long offset) {
    return replica.awaitApplied(offset, System.nanoTime());
  }

  @Test
  void history_isAppliedInOrder_butForWhatOnlyUndoes() {
    begin(
        entry(1, new HoldBreakerOpen("a")),
        entry(2, new ResetBreaker("b")),
        entry(3, new ClearCache()),
        entry(4, new Resume()));

    assertThat(performed).containsExactly("HoldBreakerOpen 1 replayed", "ClearCache 3 replayed");
    assertThat(replica.state().breakersHeldOpen()).containsExactly("a");
    assertThat(replica.state().cache().generation()).isEqualTo(new Generation("log-1", 3));
    assertThat(replica.applied()).isEqualTo(99);
  }

  @Test
  void commandFromTheFuture_doesNotVoidTheSharedCacheUntilThen() {
    Instant now = clock.instant();
    begin(
        new Replica.Entry(new Ordered(new ClearCache(), now.plusSeconds(9_999_999), "w1"), 1, now));

    assertThat(
            replica
                .state()
                .cache()
                .admitsFromRedis(now.plusSeconds(2 * 3600), new FoldedHashes(HASH, HASH)))
        .isTrue();
  }

  @Test
  void commandFromTheFuture_countsFromWhenItWasWritten_alsoAtALaterStart() {
    Instant written = clock.instant();
    clock.advance(Duration.ofDays(1));
    begin(
        new Replica.Entry(
            new Ordered(new ClearCache(), written.plusSeconds(9_999_999), "w1"), 1, written));

    assertThat(
            replica.state().cache().admitsFromRedis(clock.instant(), new FoldedHashes(HASH, HASH)))
        .isTrue();
  }

  @Test
  void errorInACommand_isLikeAnyOtherFailure() {
    Replica failing =
        new Replica(
            "me",
            KEEP,
            (command, offset, replayed) -> {
              throw new StackOverflowError();
            },
            ledger,
            clock,
            told::incrementAndGet);
    failing.history("log-1", List.of(entry(1, new Pause())), 100);

    assertThat(failing.state().paused()).isTrue();
    assertThat(failing.applied()).isZero();
  }

  @Test
  void history_tellsWhoLives_byWhenTheyWroteLast() {
    Instant now = clock.instant();
    ControlRecord record = heartbeat("x", 9);
    begin(
        new Replica.Entry(new Heartbeat("dead", 5, now), 1, now.minusSeconds(16)),
        new Replica.Entry(new Heartbeat("alive", 6, now), 2, now.minusSeconds(14)),
        new Replica.Entry(record, 3, now.plusSeconds(900)),
        new Replica.Entry(new Heartbeat("me", 7, now), 4, now));

    // a clock that is ahead does not make its worker live for longer
    assertThat(replica.state().live(now)).containsOnlyKeys("alive", "x");
    assertThat(replica.state().live(now.plusSeconds(2))).containsOnlyKeys("x");
    assertThat(replica.state().live(now.plusSeconds(16))).isEmpty();
  }

  @Test
  void commands_arePerformedInOrder_afterTheStateHasChanged() {
    List<Boolean> paused = new ArrayList<>();
    Replica[] self = new Replica[1];
    self[0] =
        new Replica(
            "me",
            KEEP,
            (command, offset, replayed) -> {
              paused.add(self[0].state().paused());
              return CompletableFuture.completedFuture(null);
            },
            ledger,
            clock,
            () -> {});
    self[0].history("log-1", List.of(), 0);

    self[0].follow(entry(0, new Pause()));
    self[0].follow(entry(1, new Resume()));

    assertThat(paused).containsExactly(true, false);
  }

  @Test
  void reset_isPerformed_whenItIsReadLive() {
    begin();
    replica.follow(entry(100, new HoldBreakerOpen("a")));
    replica.follow(entry(101, new ResetBreaker("a")));

    assertThat(performed).containsExactly("HoldBreakerOpen 100", "ResetBreaker 101");
  }

  @Test
  void applied_waitsForTheListener_andIsToldThen() {
    CompletableFuture<@Nullable Void> commit = new CompletableFuture<>();
    begin();
    ends.add(commit);
    replica.follow(entry(100, new ClearCache()));
    replica.follow(entry(101, new Pause()));
    int before = told.get();

    assertThat(replica.applied()).isEqualTo(99);
    assertThat(receipt(100).missing()).containsExactly("me");
    commit.complete(null);
    assertThat(replica.applied()).isEqualTo(101);
    assertThat(told.get()).isGreaterThan(before);
    assertThat(receipt(101)).isEqualTo(new Receipt(101, List.of("me"), List.of()));
  }

  @Test
  void failure_ofTheListener_stopsNothingButTheWatermark() {
    begin();
    ends.add(CompletableFuture.failedFuture(new IllegalStateException("a defect")));
    replica.follow(entry(100, new ClearCache()));
    replica.follow(entry(101, new Pause()));

    assertThat(performed).containsExactly("ClearCache 100", "Pause 101");
    assertThat(replica.state().paused()).isTrue();
    assertThat(replica.applied()).isEqualTo(99);
    assertThat(receipt(101).missing()).containsExactly("me");
  }

  @Test
  void exception_ofTheListener_isAFailure() {
    Replica failing =
        new Replica(
            "me",
            KEEP,
            (command, offset, replayed) -> {
              throw new IllegalStateException("a defect");
            },
            ledger,
            clock,
            () -> {});
    failing.history("log-1", List.of(), 100);

    failing.follow(entry(100, new Pause()));
    failing.follow(entry(101, new Resume()));

    assertThat(failing.state().paused()).isFalse();
    assertThat(failing.applied()).isEqualTo(99);
  }

  @Test
  void receipt_namesLiveWorkersOnly() {
    begin();
    replica.follow(entry(100, heartbeat("dead", 99)));
    clock.advance(Duration.ofSeconds(8));
    replica.follow(entry(101, heartbeat("me", 100)));
    clock.advance(Duration.ofSeconds(8));
    replica.follow(entry(102, heartbeat("late", 99)));
    replica.follow(entry(103, heartbeat("quick", 104)));
    replica.follow(entry(104, heartbeat("closed", 99)));
    replica.follow(entry(105, new Departed("closed")));

    assertThat(receipt(104)).isEqualTo(new Receipt(104, List.of("me", "quick"), List.of("late")));
  }

  @Test
  void receipt_waitsForTheLast_andNoLonger() throws Exception {
    begin();
    replica.follow(entry(100, heartbeat("other", 99)));
    long begun = System.nanoTime();
    CompletableFuture<Receipt> receipt =
        CompletableFuture.supplyAsync(
            () -> replica.awaitApplied(100, begun + Duration.ofSeconds(60).toNanos()));
    assertThat(receipt).isNotDone();

    replica.follow(entry(101, heartbeat("other", 100)));

    assertThat(receipt.get()).isEqualTo(new Receipt(100, List.of("me", "other"), List.of()));
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void deadWorker_isNotTakenForLive_afterADeafTime_butALiveOneIsWaitedFor() {
    begin();
    replica.follow(entry(100, heartbeat("other", 99)));
    clock.advance(Duration.ofMinutes(5));

    replica.follow(entry(101, heartbeat("me", 100)));

    assertThat(receipt(101)).isEqualTo(new Receipt(101, List.of("me"), List.of("other")));
    clock.advance(Duration.ofSeconds(9));
    replica.follow(entry(102, heartbeat("me", 101)));
    clock.advance(Duration.ofSeconds(9));
    assertThat(receipt(101).missing()).isEmpty();
  }

  @Test
  void tombstoneOfThisWorker_isContradicted() {
    begin();
    int before = told.get();

    replica.follow(entry(100, new Departed("me")));

    assertThat(told.get()).isEqualTo(before + 1);
  }

  @Test
  void tombstoneOfAnInvalidation_countsOnlyWhenItHasExpiredHereToo() {
    begin();
    replica.follow(entry(100, new InvalidateCache(new Target(Kind.TOPIC, HASH))));

    replica.follow(entry(101, new Expired(HASH)));
    assertThat(replica.state().cache().invalidations()).isEqualTo(1);
    clock.advance(KEEP.plusMillis(1));
    replica.follow(entry(102, new Expired(HASH)));
    assertThat(replica.state().cache().invalidations()).isZero();
  }

  @Test
  void anotherTopic_isReadAsNews_andWhatItDoesNotMentionStays() {
    begin(entry(1, new Pause()), entry(2, new HoldBreakerOpen("a")));
    ends.add(new CompletableFuture<>());
    replica.follow(entry(100, new ClearCache()));
    performed.clear();

    replica.history("log-2", Arrays.asList(entry(0, new ResetBreaker("a"))), 1);

    assertThat(performed).containsExactly("ResetBreaker 0");
    assertThat(replica.state().paused()).isTrue();
    assertThat(replica.state().breakersHeldOpen()).isEmpty();
    assertThat(replica.state().cache().generation()).isEqualTo(new Generation("log-2", -1));
    assertThat(replica.applied()).isZero();
  }

  @Test
  void skippedRecords_countAsApplied() {
    begin();
    replica.skip(100);

    assertThat(replica.applied()).isEqualTo(100);
  }
}
