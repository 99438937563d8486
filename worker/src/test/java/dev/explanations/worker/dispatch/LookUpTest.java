package dev.explanations.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.CacheEntry;
import dev.explanations.worker.contract.OutcomeRecord.CallEnded;
import dev.explanations.worker.dispatch.Lane.Room;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.GateSettings;
import dev.explanations.worker.settings.Settings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookUpTest {

  private static final Explanation TEXT = new Explanation("text", "m", "1", new Usage(1, 2, 3));

  private final FakeChannel channel = new FakeChannel();
  private final FakeCache cache = new FakeCache();
  private final List<String> called = new CopyOnWriteArrayList<>();
  private final CountDownLatch slowCalls = new CountDownLatch(1);
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
    public boolean delete(String cacheKey) {
      return entries.remove(cacheKey) != null;
    }

    @Override
    public Deletion deleteAll() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Deletion deleteTopic(String topicHash) {
      throw new UnsupportedOperationException();
    }
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
    CallGate gate = new CallGate(Map.of("google_ai", this::call), settings, Clock.systemUTC());
    DispatchSettings times = new DispatchSettings(Duration.ofSeconds(60), Duration.ofHours(1));
    return new CallDispatcher(gate, cache, channel, times, Clock.systemUTC());
  }

  private Outcome call(Prompt prompt) {
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
    return lane.offer(key, () -> new Question(new Prompt("system", key), "topic of " + key));
  }

  private static CacheEntry entry(Instant expiresAt) {
    return new CacheEntry(TEXT, "topic", Instant.EPOCH, expiresAt);
  }

  private Outcome outcome(String key) {
    await().until(() -> channel.ended().contains(key));
    return channel.sent.stream()
        .filter(sent -> sent.cacheKey().equals(key))
        .map(sent -> ((CallEnded) sent.record()).outcome())
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
    cache.entries.put("k", entry(expiresAt));
    offer("k");
    assertThat(outcome("k")).isEqualTo(new Outcome.Found(TEXT, expiresAt));
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
    assertThat(shared.topicHash()).isEqualTo("topic of k");
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

  @Test
  void cacheThatIsAway_isNotAsked() {
    shut();
    cache.available = false;
    assertThat(lane.looksUp()).isFalse();
    assertThat(offer("k")).isInstanceOf(Admission.Refused.class);
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

    next.offer("k", () -> new Question(new Prompt("system", "k"), "topic"));

    await().until(() -> channel.ended().equals(List.of("k")));
    assertThat(called).containsExactly("k");
  }
}
