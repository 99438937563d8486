package dev.explanations.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.contract.peer.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.control.CacheStates;
import dev.explanations.worker.dispatch.Lane.Room;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.GateSettings;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.policy.Pricing;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.spending.Ledgers;
import dev.explanations.worker.spending.TestBudget;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookUpTest {

  private static final Explanation TEXT = new Explanation("text", "m", "1", new Usage(1, 2, 3));

  private final FakeChannel channel = new FakeChannel();
  private final FakeCache cache = new FakeCache();
  private final List<String> called = new CopyOnWriteArrayList<>();
  private final CountDownLatch slowCalls = new CountDownLatch(1);
  private volatile CacheState cacheState = CacheStates.EMPTY;
  private volatile Outcome answer = new Outcome.Explained(TEXT);
  private final CallDispatcher dispatcher = dispatcher();
  private final Lane lane = dispatcher.open(3);

  private static final class FakeCache implements SharedCache {
    final ConcurrentMap<String, CacheEntry> entries = new ConcurrentHashMap<>();
    final CountDownLatch stall = new CountDownLatch(1);
    volatile boolean available = true;
    volatile boolean stalled;

    @Override
    public boolean isAvailable() {
      return available;
    }

    @Override
    public Optional<CacheEntry> get(String cacheKey) {
      if (stalled) {
        try {
          stall.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      return Optional.ofNullable(entries.get(cacheKey));
    }

    @Override
    public void put(String cacheKey, CacheEntry entry) {
      entries.put(cacheKey, entry);
    }

    @Override
    public Deletion deleteAll(Predicate<CacheEntry> those) {
      throw new UnsupportedOperationException();
    }
  }

  private static FoldedHashes topic(String hash) {
    return new FoldedHashes(hash, "question");
  }

  private CallDispatcher dispatcher() {
    GateSettings settings =
        new GateSettings(
            new Settings.CircuitBreaker(true, 2, Duration.ofMinutes(1), 2),
            2,
            0,
            0,
            Duration.ofMillis(100),
            Duration.ofSeconds(1));
    CallGate gate =
        new CallGate(
            Map.of("google_ai", this::call), settings, TestBudget.none(), Clock.systemUTC());
    DispatchSettings times =
        new DispatchSettings(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofMinutes(5));
    SharedAnswers answers = new SharedAnswers(cache, () -> cacheState, times, Clock.systemUTC());
    return new CallDispatcher(
        gate,
        answers,
        channel,
        new Pricing(Prices.of(null), Clock.systemUTC()),
        Ledgers.ofAnyDay(),
        times,
        Clock.systemUTC(),
        Tracing.OFF);
  }

  private Outcome call(Prompt prompt, Consumer<CallDetails> watcher) {
    called.add(prompt.userText());
    if (prompt.userText().startsWith("slow")) {
      try {
        slowCalls.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return answer;
  }

  private Admission offer(String key) {
    return offer(lane, key);
  }

  private static Admission offer(Lane lane, String key) {
    return lane.offer(
        key, () -> new Question(TestPrompt.of("system", key, 300), topic("topic of " + key), null));
  }

  private static CacheEntry entry(Instant expiresAt) {
    return new CacheEntry(TEXT, topic("topic"), Instant.now(Clock.systemUTC()), expiresAt);
  }

  private Outcome outcome(String key) {
    return ended(key).outcome();
  }

  private CallEnded ended(String key) {
    await().until(() -> channel.ended().contains(key));
    return channel.sent.stream()
        .filter(sent -> sent.cacheKey().equals(key))
        .map(sent -> (CallEnded) sent.record())
        .findFirst()
        .orElseThrow();
  }

  private void shut() {
    answer = new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503");
    for (String key : List.of("down 1", "down 2")) {
      offer(key);
      await().until(() -> channel.ended().contains(key));
    }
    assertThat(lane.room()).isEqualTo(Room.SHUT);
  }

  @AfterEach
  void stop() {
    cache.stall.countDown();
    slowCalls.countDown();
    dispatcher.close();
  }

  @Test
  void whatIsThere_isSent_withoutACall() {
    Instant expiresAt = Instant.now(Clock.systemUTC()).plusSeconds(60);
    CacheEntry entry = entry(expiresAt);
    cache.entries.put("k", entry);
    offer("k");
    assertThat(ended("k").outcome()).isEqualTo(new Outcome.Found(TEXT));
    assertThat(ended("k").validity())
        .isEqualTo(
            new Validity(topic("topic"), cacheState.generation(), entry.calledAt(), expiresAt));
    assertThat(called).isEmpty();
  }

  @Test
  void whatIsMissing_isCalledFor_andShared() {
    Instant before = Instant.now(Clock.systemUTC());
    offer("k");
    assertThat(outcome("k")).isEqualTo(answer);
    await().until(() -> cache.entries.containsKey("k"));

    CacheEntry shared = Objects.requireNonNull(cache.entries.get("k"));
    assertThat(shared.explanation()).isEqualTo(TEXT);
    assertThat(shared.hashes().topic()).isEqualTo("topic of k");
    assertThat(shared.calledAt()).isAfterOrEqualTo(before);
    assertThat(shared.expiresAt()).isBetween(before.plusSeconds(3_600), before.plusSeconds(3_660));
  }

  @Test
  void failure_isNotShared() {
    answer = new Outcome.Rejected(ErrorCode.CONTENT_BLOCKED, "SAFETY");
    offer("k");
    outcome("k");
    offer("other");
    outcome("other");
    assertThat(cache.entries).isEmpty();
  }

  @Test
  void whileNoSlotIsFree_lookUpsGoOn_andTellOnlyHits() {
    offer("slow 1");
    offer("slow 2");
    offer("slow 3");
    await().until(() -> called.size() == 2);
    assertThat(lane.room()).isEqualTo(Room.FULL);
    cache.entries.put("hit", entry(Instant.MAX));

    lane.lookAhead("miss");
    lane.lookAhead("hit");

    assertThat(outcome("hit")).isInstanceOf(Outcome.Found.class);
    assertThat(called).hasSize(2);
    assertThat(channel.sent).hasSize(1);
  }

  @Test
  void whileTheGateIsShut_hitsAreSent_andMissesGivenBack() {
    shut();
    cache.entries.put("hit", entry(Instant.MAX));

    assertThat(offer("hit")).isInstanceOf(Admission.Accepted.class);
    assertThat(offer("miss")).isInstanceOf(Admission.Accepted.class);

    assertThat(outcome("hit")).isInstanceOf(Outcome.Found.class);
    await().until(() -> channel.postponed().equals(List.of("miss")));
    assertThat(called).hasSize(2);
  }

  /** They wait in memory until they are read, however many a task has to offer. */
  @Test
  void whileTheGateIsShut_missesThatNobodyReads_areBounded_andEachLaneHasItsShare() {
    shut();
    Map<String, String> misses = missesUntilRefused(lane);
    assertThat(misses).hasSizeBetween(900, 1_024);

    Lane other = dispatcher.open(4);
    assertThat(offer(other, "other")).isInstanceOf(Admission.Accepted.class);
    assertThat(offer("one more")).isInstanceOf(Admission.NoRoom.class);

    misses.forEach(lane::outcomeRead);
    assertThat(offer("one more")).isInstanceOf(Admission.Accepted.class);
    channel.congested = true;
    assertThat(offer("yet another")).isInstanceOf(Admission.NoRoom.class);
  }

  private Map<String, String> missesUntilRefused(Lane lane) {
    Map<String, String> misses = new HashMap<>();
    int before;
    do {
      before = misses.size();
      for (int i = 0; i < 200; i++) {
        String key = "miss " + misses.size();
        if (offer(lane, key) instanceof Admission.Accepted(String callId)) {
          misses.put(key, callId);
        }
      }
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(() -> channel.postponed().size() == misses.size());
    } while (misses.size() > before && misses.size() < 5_000);
    return misses;
  }

  @Test
  void cacheThatIsAway_isNotAsked() {
    shut();
    cache.available = false;
    assertThat(lane.looksUp()).isFalse();
    assertThat(offer("k")).isInstanceOf(Admission.NoRoom.class);
  }

  @Test
  void stalledCache_holdsUpNobodyWhoAsks_andOneFlightAKey() {
    cache.stalled = true;
    Admission.Accepted first = (Admission.Accepted) offer("k");
    assertThat(offer("k")).isEqualTo(new Admission.UnderWay(first.callId()));
    assertThat(called).isEmpty();

    cache.stall.countDown();

    outcome("k");
    assertThat(called).containsExactly("k");
  }

  @Test
  void flightsThatAreLookedUp_endWithTheirLane_andAreNotCalledFor() {
    cache.stalled = true;
    offer("k");
    lane.close();
    Lane next = dispatcher.open(3);
    cache.stalled = false;
    cache.stall.countDown();

    next.offer("k", () -> new Question(TestPrompt.of("system", "k", 300), topic("topic"), null));

    await().until(() -> channel.ended().equals(List.of("k")));
    assertThat(called).containsExactly("k");
  }

  private void clear(Instant at) {
    cacheState = CacheStates.after(cacheState, 7, at, new Command.ClearCache());
  }

  @Test
  void whatIsVoid_isNotThere_andIsCalledFor() {
    Instant now = Instant.now(Clock.systemUTC());
    cache.entries.put("k", entry(now.plusSeconds(60)));
    clear(now.plusSeconds(1));

    offer("k");

    assertThat(outcome("k")).isEqualTo(answer);
    assertThat(called).containsExactly("k");
    await().until(() -> cache.entries.get("k").hashes().topic().equals("topic of k"));
  }

  @Test
  void whatOthersKeepForLonger_endsAfterOurTime() {
    Instant calledAt = Instant.now(Clock.systemUTC()).minusSeconds(1_800);
    Instant tomorrow = calledAt.plus(Duration.ofDays(1));
    cache.entries.put("k", new CacheEntry(TEXT, topic("topic"), calledAt, tomorrow));
    cache.entries.put(
        "old", new CacheEntry(TEXT, topic("topic"), calledAt.minusSeconds(7_200), tomorrow));

    offer("k");
    offer("old");

    assertThat(ended("k").validity().expiresAt()).isEqualTo(calledAt.plusSeconds(3_660));
    assertThat(outcome("old")).isEqualTo(answer);
  }

  @Test
  void callDuringWhichTheCacheIsCleared_tellsWhatItKnew_andIsNotShared() {
    Validity before = new Validity(topic("topic of slow"), cacheState.generation(), Instant.EPOCH);
    offer("slow");
    await().until(() -> called.contains("slow"));
    clear(Instant.now(Clock.systemUTC()));
    slowCalls.countDown();

    assertThat(ended("slow").validity())
        .usingRecursiveComparison()
        .ignoringFields("calledAt", "expiresAt")
        .isEqualTo(before);
    offer("k");
    await().until(() -> cache.entries.containsKey("k"));
    assertThat(ended("k").validity().generation()).isEqualTo(cacheState.generation());
    assertThat(cache.entries).containsOnlyKeys("k");
  }

  @Test
  void whilePaused_lookUpsGoOn_andCallsWait() {
    cache.entries.put("hit", entry(Instant.MAX));
    offer("slow");
    await().until(() -> called.contains("slow"));
    offer("slow too");
    await().until(() -> called.contains("slow too"));
    offer("ready");

    dispatcher.pause(true);
    assertThat(lane.room()).isEqualTo(Room.PAUSED);
    assertThat(offer("k")).isInstanceOf(Admission.NoRoom.class);
    slowCalls.countDown();
    assertThat(outcome("slow")).isEqualTo(answer);
    assertThat(outcome("slow too")).isEqualTo(answer);
    lane.lookAhead("hit");
    assertThat(outcome("hit")).isInstanceOf(Outcome.Found.class);
    assertThat(called).doesNotContain("ready");
    assertThat(channel.woken()).isEmpty();

    dispatcher.pause(false);

    assertThat(outcome("ready")).isEqualTo(answer);
    await().until(() -> channel.woken().equals(List.of(3)));
    assertThat(lane.room()).isEqualTo(Room.FREE);
  }

  @Test
  void openBreaker_goesBeforeAPause() {
    shut();
    dispatcher.pause(true);
    assertThat(lane.room()).isEqualTo(Room.SHUT);
    cache.available = false;
    assertThat(offer("k")).isInstanceOf(Admission.NoRoom.class);
  }
}
