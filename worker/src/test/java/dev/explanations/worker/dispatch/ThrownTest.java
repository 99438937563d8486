package dev.explanations.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.contract.peer.OutcomeRecord;
import dev.explanations.worker.contract.peer.OutcomeRecord.CallEnded;
import dev.explanations.worker.control.CacheState;
import dev.explanations.worker.control.CacheStates;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.fixture.ManualClock;
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.gate.CallGate;
import dev.explanations.worker.gate.GateSettings;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.ExplanationModel;
import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.policy.Pricing;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.spending.Ledgers;
import dev.explanations.worker.spending.TestBudget;
import dev.explanations.worker.tracing.Step;
import dev.explanations.worker.tracing.TraceContext;
import dev.explanations.worker.tracing.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is thrown where a flight is worked on, it ends, and gives back what it held. */
class ThrownTest {

  private static final Outcome OK =
      new Outcome.Explained(new Explanation("text", "m", "1", new Usage(1, 2, 3)));

  private final FakeChannel channel = new FakeChannel();
  private final AtomicInteger sendsToFail = new AtomicInteger();
  private Supplier<CacheState> cacheState = () -> CacheStates.EMPTY;
  private SharedCache cache = SharedCache.none();
  private Tracing tracing = Tracing.OFF;
  private Clock clock = Clock.systemUTC();
  private InstantSource pricedAt = Clock.systemUTC();
  private volatile @Nullable Error thrown;
  private @Nullable CallDispatcher dispatcher;

  private final OutcomeChannel failing =
      new OutcomeChannel() {
        @Override
        public void send(int partition, String key, OutcomeRecord record, Delivery delivery) {
          if (sendsToFail.getAndDecrement() > 0) {
            throw new NoClassDefFoundError("as when file descriptors are short");
          }
          channel.send(partition, key, record, delivery);
        }

        @Override
        public boolean congested() {
          return false;
        }
      };

  static List<Error> errors() {
    return List.of(
        new NoClassDefFoundError("x"),
        new VerifyError("x"),
        new StackOverflowError(),
        new OutOfMemoryError("not a real one"),
        new ExceptionInInitializerError(new IllegalStateException()),
        new AssertionError("x"));
  }

  private Lane open(ExplanationModel model, int threshold, Duration timeout) {
    GateSettings settings =
        new GateSettings(
            new Settings.CircuitBreaker(true, threshold, timeout, 2),
            16,
            0,
            0,
            Duration.ofMillis(100),
            Duration.ofSeconds(1));
    CallGate gate = new CallGate(Map.of("google_ai", model), settings, TestBudget.none(), clock);
    DispatchSettings times =
        new DispatchSettings(Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofMinutes(5));
    SharedAnswers answers = new SharedAnswers(cache, () -> cacheState.get(), times, clock);
    dispatcher =
        new CallDispatcher(
            gate,
            answers,
            failing,
            new Pricing(Prices.of(null), pricedAt),
            Ledgers.ofAnyDay(),
            times,
            clock,
            tracing);
    return dispatcher.open(0);
  }

  private Lane open() {
    return open(this::call, 1_000, Duration.ofSeconds(60));
  }

  private Outcome call(Prompt prompt, Consumer<CallDetails> watcher) {
    Error error = thrown;
    if (error != null) {
      throw error;
    }
    return OK;
  }

  private CallDispatcher dispatcher() {
    return Objects.requireNonNull(dispatcher);
  }

  private static Admission offer(Lane lane, String key) {
    return lane.offer(
        key, () -> new Question(TestPrompt.of("system", key, 300), FoldedHashes.NONE, null));
  }

  /** Until it is accepted: room comes with the end of another call. */
  private void ask(Lane lane, String key) {
    await()
        .pollInterval(Duration.ofMillis(2))
        .until(() -> offer(lane, key) instanceof Admission.Accepted);
  }

  private void readAll(Lane lane) {
    channel.sent.forEach(
        sent -> {
          if (sent.record() instanceof CallEnded ended) {
            lane.outcomeRead(sent.cacheKey(), ended.callId());
          }
        });
  }

  private Outcome outcome(String key) {
    await().until(() -> channel.ended().contains(key));
    return channel.sent.stream()
        .filter(sent -> sent.cacheKey().equals(key) && sent.record() instanceof CallEnded)
        .map(sent -> ((CallEnded) sent.record()).outcome())
        .toList()
        .getLast();
  }

  @AfterEach
  void close() {
    if (dispatcher != null) {
      dispatcher.close();
    }
  }

  @ParameterizedTest
  @MethodSource("errors")
  void errorInACall_givesItsSlotBack_andIsAnUnavailableModel(Error error) throws Exception {
    Lane lane = open();
    thrown = error;
    for (int i = 0; i < 40; i++) {
      ask(lane, "bad-" + i);
      outcome("bad-" + i);
      readAll(lane);
    }
    thrown = null;
    ask(lane, "good");

    assertThat(outcome("good")).isEqualTo(OK);
    assertThat(outcome("bad-39"))
        .isEqualTo(
            new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, error.getClass().getSimpleName()));
    assertThat(dispatcher().awaitQuiet(Duration.ofSeconds(60))).isTrue();
  }

  @ParameterizedTest
  @MethodSource("errors")
  void errorInAProbe_opensTheBreakerAgain_andTheNextProbesCloseIt(Error error) {
    Lane lane = open(this::call, 1, Duration.ofMillis(50));
    thrown = error;
    ask(lane, "first");
    outcome("first");
    await().until(() -> dispatcher().breakers().getFirst().state() == State.HALF_OPEN);
    ask(lane, "probe");
    outcome("probe");
    await().until(() -> dispatcher().breakers().getFirst().state() == State.HALF_OPEN);
    thrown = null;
    ask(lane, "good-1");
    ask(lane, "good-2");

    await().until(() -> dispatcher().breakers().getFirst().state() == State.CLOSED);
  }

  @Test
  void errorWhereCommandsAreAsked_endsTheCallAsWell() throws Exception {
    Lane lane = open();
    cacheState =
        () -> {
          throw new StackOverflowError();
        };
    ask(lane, "k");

    assertThat(outcome("k")).isInstanceOf(Outcome.Unavailable.class);
    assertThat(dispatcher().awaitQuiet(Duration.ofSeconds(60))).isTrue();
  }

  @Test
  void errorInALookUp_countsAsNotFound() {
    cache =
        new SharedCache() {
          @Override
          public boolean isAvailable() {
            return true;
          }

          @Override
          public Optional<CacheEntry> get(String cacheKey) {
            throw new NoClassDefFoundError("x");
          }

          @Override
          public void put(String cacheKey, CacheEntry entry) {
            throw new NoClassDefFoundError("x");
          }

          @Override
          public Deletion deleteAll(Predicate<CacheEntry> those) {
            throw new UnsupportedOperationException();
          }
        };
    Lane lane = open();
    for (int i = 0; i < 40; i++) {
      ask(lane, "k" + i);
      assertThat(outcome("k" + i)).isEqualTo(OK);
      readAll(lane);
    }
    lane.lookAhead("elsewhere");
    assertThat(dispatcher().status().waiting()).isZero();
  }

  @Test
  void errorInTracing_losesTheTraceAlone() {
    tracing =
        new Tracing() {
          @Override
          public boolean isOn() {
            return true;
          }

          @Override
          public @Nullable TraceContext tell(Step step) {
            throw new NoClassDefFoundError("x");
          }
        };
    ask(open(), "k");

    assertThat(outcome("k")).isEqualTo(OK);
  }

  @Test
  void errorInPricing_losesNoAnswer_andIsAChargeOfUnknownCost() {
    pricedAt =
        () -> {
          throw new NoClassDefFoundError("x");
        };
    ask(open(ThrownTest::answer, 1_000, Duration.ofSeconds(60)), "k");

    assertThat(outcome("k")).isEqualTo(OK);
    assertThat(channel.sent)
        .singleElement()
        .extracting(sent -> ((CallEnded) sent.record()).charge())
        .isEqualTo(Charge.UNKNOWN);
  }

  private static Outcome answer(Prompt prompt, Consumer<CallDetails> watcher) {
    watcher.accept(
        new CallDetails(
            CallDetails.Provider.DEVELOPER_API,
            "m",
            null,
            true,
            null,
            new CallDetails.Response("m", "id", "STOP", OK.usage(), 0, 0)));
    return OK;
  }

  @Test
  void errorInSending_isTriedAgain_forTheAnswerWasPaidFor() {
    Lane lane = open();
    sendsToFail.set(1);
    ask(lane, "k");

    assertThat(outcome("k")).isEqualTo(OK);
  }

  @Test
  void outcomeThatCannotBeSent_endsItsFlight() throws Exception {
    Lane lane = open();
    sendsToFail.set(3);
    String callId = ((Admission.Accepted) offer(lane, "k")).callId();

    await().until(() -> !lane.isInFlight("k", callId));
    assertThat(dispatcher().awaitQuiet(Duration.ofSeconds(60))).isTrue();
    ask(lane, "k");
    assertThat(outcome("k")).isEqualTo(OK);
  }

  @Test
  void errorInMakingTheQuestion_leavesNothingBehind() {
    Lane lane = open();
    assertThatThrownBy(
            () ->
                lane.offer(
                    "k",
                    () -> {
                      throw new StackOverflowError();
                    }))
        .isInstanceOf(StackOverflowError.class);

    ask(lane, "k");
    assertThat(outcome("k")).isEqualTo(OK);
  }

  @Test
  void callThatOutlivesItsTimeLimit_isCounted() {
    ManualClock manual = new ManualClock();
    clock = manual;
    CountDownLatch end = new CountDownLatch(1);
    Lane lane =
        open(
            (prompt, watcher) -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return OK;
            },
            1_000,
            Duration.ofSeconds(60));
    ask(lane, "k");
    await().until(() -> dispatcher().inFlight() == 1);
    assertThat(dispatcher().status().overdue()).isZero();
    manual.advance(Duration.ofSeconds(71));
    assertThat(dispatcher().status().overdue()).isEqualTo(1);
    end.countDown();
    await().until(() -> dispatcher().status().overdue() == 0);
  }
}
