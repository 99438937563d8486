package dev.explanations.worker.metrics;

import dev.explanations.worker.api.MetricsService;
import dev.explanations.worker.cache.CacheTierStatistics;
import dev.explanations.worker.control.ControlState.Sighting;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.flow.FlowListener;
import dev.explanations.worker.flow.WorkerTotals;
import dev.explanations.worker.gate.BreakerHistory;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gate.BreakerStatus.State;
import dev.explanations.worker.gate.GateStatus;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.policy.Prices;
import dev.explanations.worker.policy.Prompts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * A worker while Gemini is down, with neither Kafka nor Gemini: requests are drawn at random with a
 * fixed seed, counted by the real meters and told by the real report. Time is the scene's own: each
 * call of {@link #second} adds a second. Thread-safe.
 */
public final class OutageScene implements AutoCloseable {

  /** The first outage is over by then, and the second one has lasted for 24 seconds. */
  public static final int SECONDS = 724;

  private static final Instant START = Instant.parse("2026-11-23T14:20:00Z");
  private static final String BREAKER = "google_ai";
  private static final String CURRENT = "1";
  private static final String CANDIDATE = "klasse-4-446add9e";

  /** One call of so many is made with the candidate. */
  private static final int CANDIDATES = 5;

  /** One answer of so many is cut off. */
  private static final int CUT_OFF = 80;

  private static final String MODEL = "gemini-3.5-flash-lite";
  private static final String REQUESTS = "explanations.requests";
  private static final int LIMIT = 64;
  private static final int FAILURES = 5;

  /** Calls that begin in a second at most. */
  private static final int CALLS_A_SECOND = 30;

  private static final List<BreakerHistory.Transition> TRANSITIONS =
      List.of(
          change(400, State.CLOSED, State.OPEN),
          change(430, State.OPEN, State.HALF_OPEN),
          change(432, State.HALF_OPEN, State.CLOSED),
          change(700, State.CLOSED, State.OPEN));

  private static final WorkerInfo FACTS =
      new WorkerInfo(
          "1.0.0",
          "worker-1",
          START,
          TestMetrics.settings(),
          Map.of("GEMINI_MODEL", MODEL),
          Map.of(BREAKER, MODEL),
          Set.of(REQUESTS),
          Prices.of(null));

  private static final ExplanationRequest REQUEST =
      new ExplanationRequest(
          "r-1", "t", "s", Detail.MEDIUM, "school", "en", OnUnavailable.RETRY, null, null);
  private static final Explanation EXPLANATION =
      new Explanation("text", MODEL, CURRENT, new Usage(120, 190, 310));
  private static final Outcome EXPLAINED = new Outcome.Explained(EXPLANATION);
  private static final Outcome EXPLAINED_BY_CANDIDATE =
      new Outcome.Explained(new Explanation("text", MODEL, CANDIDATE, new Usage(150, 130, 280)));
  private static final Outcome INCOMPLETE =
      new Outcome.Unusable(ErrorCode.INCOMPLETE_ANSWER, "MAX_TOKENS", new Usage(120, 400, 520));
  private static final Outcome DOWN =
      new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, "503 UNAVAILABLE");

  private final Random random = new Random(1);
  private final Deque<Instant> waiting = new ArrayDeque<>();
  private final Read read = new Read();
  private final WorkerMetrics metrics = new WorkerMetrics(read, FACTS, clock());
  private final Meters meters = metrics.meters();
  private final FlowListener flow = meters.flow();
  private final History history = new History(meters, read, clock());
  private final MetricsReport report = new MetricsReport(metrics, read, FACTS, history, clock());
  private Instant now = START;
  private int running;
  private long redisHits;
  private int calls;

  private static BreakerHistory.Transition change(int second, State from, State to) {
    return new BreakerHistory.Transition(START.plusSeconds(second), from, to);
  }

  public Clock clock() {
    InstantSource source = this::now;
    return source.withZone(ZoneOffset.UTC);
  }

  private synchronized Instant now() {
    return now;
  }

  /** Lets a second pass. */
  public synchronized void second() {
    State before = state();
    now = now.plusSeconds(1);
    if (before == State.CLOSED && state() == State.OPEN) {
      for (int i = 0; i < FAILURES; i++) {
        call(CURRENT, DOWN);
        flow.retried(ErrorCode.MODEL_UNAVAILABLE);
      }
    }
    double wave = Math.sin(age(START).toSeconds() / 45.0);
    long arriving = Math.round(20 + 6 * wave + random.nextGaussian());
    for (long i = 0; i < arriving; i++) {
      arrive();
    }
    if (state() == State.CLOSED) {
      for (int i = 0; i < CALLS_A_SECOND && !waiting.isEmpty(); i++) {
        explain(waiting.removeFirst());
      }
      running = 4 + random.nextInt(4);
    } else {
      running = 0;
    }
    if (state() == State.OPEN && now.getEpochSecond() % 12 == 0) {
      expire(waiting.removeFirst());
    }
  }

  private void arrive() {
    flow.received();
    if (random.nextInt(100) < 38) {
      flow.storeHit(EXPLANATION.usage());
      answer(Source.STATE_STORE, now, Duration.ofMillis(20 + random.nextInt(30)));
      return;
    }
    flow.storeMiss();
    if (random.nextInt(100) < 20) {
      redisHits++;
      meters.saved(meters.redisSaved, EXPLANATION);
      answer(Source.REDIS, now, Duration.ofMillis(25 + random.nextInt(30)));
    } else {
      waiting.addLast(now);
      if (state() == State.OPEN) {
        flow.retried(ErrorCode.CIRCUIT_BREAKER_OPEN);
      }
    }
  }

  /** A fifth is answered by a call that another one made. */
  private void explain(Instant arrived) {
    if (random.nextInt(5) == 0) {
      answer(Source.COALESCED, arrived, Duration.ofMillis(200).plus(age(arrived)));
    } else {
      calls++;
      if (calls % CUT_OFF == 0) {
        call(CURRENT, INCOMPLETE);
      }
      Duration took =
          calls % CANDIDATES == 0
              ? call(CANDIDATE, EXPLAINED_BY_CANDIDATE)
              : call(CURRENT, EXPLAINED);
      flow.stored();
      answer(Source.GEMINI, arrived, took.plusMillis(40).plus(age(arrived)));
    }
  }

  private Duration call(String version, Outcome outcome) {
    Duration took = Duration.ofMillis(Math.round(420 * Math.exp(0.35 * random.nextGaussian())));
    CallCounts counts = Objects.requireNonNull(meters.calls.of(MODEL).get(version));
    counts.started.increment();
    counts.ended(outcome, details(outcome), took.toNanos());
    return took;
  }

  private static CallDetails details(Outcome outcome) {
    CallDetails.Response response =
        new CallDetails.Response(MODEL, "id", "", outcome.usage(), 0, 0);
    return new CallDetails(
        CallDetails.Provider.DEVELOPER_API,
        MODEL,
        null,
        true,
        outcome.equals(DOWN) ? 503 : null,
        outcome.equals(DOWN) ? null : response);
  }

  private void answer(Source source, Instant arrived, Duration took) {
    flow.answered(
        ExplanationResult.explained(
            REQUEST, EXPLANATION, source, Usd.ZERO, 1, arrived, arrived.plus(took)));
  }

  private void expire(Instant arrived) {
    flow.answered(
        ExplanationResult.failed(
            REQUEST,
            Status.UNAVAILABLE,
            ErrorCode.DEADLINE_EXCEEDED,
            null,
            Usd.ZERO,
            1,
            arrived,
            now));
    flow.deadLetter(ErrorCode.DEADLINE_EXCEEDED);
  }

  private Duration age(Instant since) {
    return Duration.between(since, now);
  }

  private State state() {
    return past().isEmpty() ? State.CLOSED : past().getLast().to();
  }

  private List<BreakerHistory.Transition> past() {
    return TRANSITIONS.stream().filter(it -> !it.at().isAfter(now)).toList();
  }

  /** The metrics; from the first look on, the scene's time passes as fast as the real one. */
  public MetricsService metrics() {
    return new MetricsService() {
      private final Instant begin = now();
      private long firstLook;

      @Override
      public synchronized Fields json() {
        firstLook = firstLook == 0 ? System.nanoTime() : firstLook;
        Instant due = begin.plusNanos(System.nanoTime() - firstLook);
        while (now().plusMillis(500).isBefore(due)) {
          second();
        }
        return report.json();
      }

      @Override
      public String prometheus() {
        return metrics.text();
      }

      @Override
      public Fields history() {
        return report.history();
      }
    };
  }

  /** Plays all of it. */
  public void play() {
    for (int second = 0; second < SECONDS; second++) {
      second();
      if (second % History.INTERVAL.toSeconds() == 0) {
        history.take();
      }
    }
  }

  public synchronized List<BreakerStatus> breakers() {
    boolean open = state() == State.OPEN;
    return List.of(
        new BreakerStatus(
            BREAKER, state(), open ? FAILURES : 0, 0, open ? past().getLast().at() : null, false));
  }

  @Override
  public void close() {
    metrics.close();
  }

  /** Asked by the meters. */
  private final class Read extends FixedGauges {
    private final WorkerTotals totals = new WorkerTotals();
    private final WorkerTotals.Oldest oldest = totals.open();

    private Read() {
      spending = SampleSpending.status("18.2", "25");
    }

    @Override
    public DispatchStatus dispatch() {
      synchronized (OutageScene.this) {
        return new DispatchStatus(
            new GateStatus(
                running,
                LIMIT,
                new GateStatus.Rate(0, 0),
                new GateStatus.Rate(0, 0),
                null,
                List.of(new BreakerStatus(BREAKER, state(), 0, 0, null, false)),
                Map.of(BREAKER, new BreakerHistory(past(), Map.of()))),
            0,
            null,
            0);
      }
    }

    @Override
    public List<BreakerStatus> breakers() {
      return OutageScene.this.breakers();
    }

    @Override
    public Prompts.Status prompts() {
      return new Prompts.Status(CURRENT, CANDIDATE, 1.0 / CANDIDATES);
    }

    @Override
    public Map<String, Sighting> workers() {
      return new TreeMap<>(
          Map.of(
              "worker-1", new Sighting(12, now().minusSeconds(2)),
              "worker-2", new Sighting(12, now().minusSeconds(4))));
    }

    @Override
    public WorkerTotals totals() {
      synchronized (OutageScene.this) {
        totals.pending().set((long) waiting.size() + running);
        totals.explanations().set((long) meters.storeSets.count());
        oldest.since(waiting.peekFirst());
        return totals;
      }
    }

    @Override
    public CacheTierStatistics redis() {
      synchronized (OutageScene.this) {
        long misses = (long) meters.storeMisses.count() - redisHits;
        return new CacheTierStatistics(
            redisHits, misses, 0, (long) meters.storeSets.count(), 0, 0, redisHits * 310);
      }
    }

    @Override
    public Map<String, Long> lag() {
      return Map.of(REQUESTS, now().getEpochSecond() % 4);
    }
  }
}
