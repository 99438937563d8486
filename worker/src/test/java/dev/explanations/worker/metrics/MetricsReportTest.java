package dev.explanations.worker.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.worker.cache.SharedCache;
import dev.explanations.worker.contract.peer.CacheEntry;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.explanation.TestPrompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.flow.FlowListener;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.ExplanationModel;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.spending.Budget;
import dev.explanations.worker.spending.BudgetLimits;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.spending.Ledgers;
import dev.explanations.worker.spending.Spent;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class MetricsReportTest {

  private static final ExplanationRequest REQUEST =
      new ExplanationRequest(
          "r-1", "t", "s", Detail.MEDIUM, "school", "en", OnUnavailable.RETRY, null, null);
  private static final Explanation EXPLANATION =
      new Explanation("text", "m", "1", new Usage(100, 200, 300));

  private final FixedGauges gauges = new FixedGauges();

  @AutoClose
  private final WorkerMetrics metrics =
      new WorkerMetrics(gauges, TestMetrics.FACTS, TestMetrics.CLOCK);

  private final Meters meters = metrics.meters();
  private final FlowListener flow = meters.flow();

  {
    gauges.breakers =
        () ->
            List.of(
                new BreakerStatus("google_ai", BreakerStatus.State.OPEN, 5, 0, null, true),
                new BreakerStatus("google_ai:n", BreakerStatus.State.CLOSED, 0, 0, null, false));
  }

  private JsonNode json() {
    return new ObjectMapper().valueToTree(TestMetrics.service(metrics, gauges).json());
  }

  private void answer(Source source, long seconds) {
    answer(EXPLANATION, source, seconds);
  }

  private void answer(Explanation explanation, Source source, long seconds) {
    flow.answered(
        ExplanationResult.explained(
            REQUEST,
            explanation,
            source,
            Usd.ZERO,
            1,
            FixedGauges.NOW.minusSeconds(seconds),
            FixedGauges.NOW));
  }

  private void answer(Status status) {
    flow.answered(
        ExplanationResult.failed(
            REQUEST,
            status,
            ErrorCode.MODEL_UNAVAILABLE,
            null,
            Usd.ZERO,
            1,
            FixedGauges.NOW,
            FixedGauges.NOW));
  }

  private static CallDetails details(Usage usage) {
    CallDetails.Response response = new CallDetails.Response("m", "id", "STOP", usage, 0, 0);
    return new CallDetails(CallDetails.Provider.DEVELOPER_API, "m", null, true, null, response);
  }

  @Test
  void requests_areCountedByStatusAndSource() {
    for (int i = 0; i < 5; i++) {
      flow.received();
    }
    answer(Source.GEMINI, 2);
    answer(Source.COALESCED, 2);
    answer(Source.COALESCED, 2);
    answer(Status.UNAVAILABLE);
    answer(Status.REJECTED);
    flow.deadLetter(ErrorCode.MODEL_UNAVAILABLE);
    flow.deadLetter(ErrorCode.INVALID_REQUEST);

    JsonNode requests = json().path("requests");
    assertThat(requests.path("received").asInt()).isEqualTo(5);
    assertThat(requests.path("explained").asInt()).isEqualTo(3);
    assertThat(requests.path("unavailable").asInt()).isEqualTo(1);
    assertThat(requests.path("rejected").asInt()).isEqualTo(1);
    assertThat(requests.path("dead_letters").asInt()).isEqualTo(2);
    assertThat(requests.path("by_source").toString())
        .isEqualTo("{\"gemini\":1,\"redis\":0,\"state_store\":0,\"coalesced\":2}");
    JsonNode latency = requests.path("end_to_end_seconds");
    assertThat(latency.path("count").asInt()).isEqualTo(3);
    assertThat(latency.path("mean").asDouble()).isCloseTo(2, within(0.01));
    assertThat(latency.path("p50").asDouble()).isCloseTo(2, within(0.2));
    assertThat(latency.path("max").asDouble()).isCloseTo(2, within(0.01));
    assertThat(requests.path("oldest_pending_seconds").asDouble()).isEqualTo(30);
  }

  @Test
  void history_readsTheSame() {
    flow.received();
    flow.received();
    answer(Source.GEMINI, 2);
    answer(Status.UNAVAILABLE);
    answer(Status.REJECTED);

    History.Snapshot reading = History.snapshot(meters, gauges);
    assertThat(reading.received()).isEqualTo(2);
    assertThat(reading.results()).isEqualTo(3);
    assertThat(reading.calls()).isZero();
    assertThat(reading.cost()).isZero();
    assertThat(reading.present().get("call_p50_seconds")).isNull();
    assertThat(reading.present().get("call_p95_seconds")).isNull();
    assertThat((Double) reading.present().get("end_to_end_p50_seconds")).isCloseTo(2, within(0.2));
    assertThat(reading.present().get("in_flight")).isEqualTo(3);
    assertThat(reading.present().get("pending")).isEqualTo(9L);
    assertThat(reading.present().get("lag")).isEqualTo(7L);
    assertThat(reading.present().get("breaker")).isEqualTo("open");
  }

  @Test
  void spending_isThatOfTheWholeApplication() {
    LocalDate today = LocalDate.parse("2026-11-23");
    Spent told =
        Spent.NOTHING
            .plus(Charge.of(new Usage(42, 180, 222), new Usd(462_600)), today.minusDays(1))
            .plus(Charge.of(new Usage(42, 180, 222), new Usd(462_600)), today)
            .plus(Charge.of(new Usage(1, 2, 3), null), today)
            .plus(Charge.UNKNOWN, today);
    Ledger ledger = Ledgers.ofAnyDay();
    ledger.told(3, told);
    ledger.ended(4, "call", Charge.of(new Usage(1, 1, 2), new Usd(1_000)));
    Settings.Budget limits = new Settings.Budget(new Usd(1_000_000), Usd.ZERO, ZoneId.of("UTC"));
    gauges.spending =
        new Budget(limits, () -> BudgetLimits.OF_SETTINGS, ledger, () -> FixedGauges.NOW).status();

    JsonNode spending = json().path("spending");
    assertThat(spending.path("time_zone").asText()).isEqualTo("UTC");
    assertThat(spending.path("day").toString())
        .isEqualTo(
            "{\"date\":\"2026-11-23\",\"calls\":4,\"prompt_tokens\":44,\"output_tokens\":183,"
                + "\"cost_usd\":0.0004636,\"calls_unpriced\":1,\"calls_unknown\":1,"
                + "\"charged_usd\":0.0013888,\"budget_usd\":0.001}");
    assertThat(spending.at("/month/month").asText()).isEqualTo("2026-11");
    assertThat(spending.at("/month/calls").asInt()).isEqualTo(5);
    assertThat(spending.at("/month/charged_usd").decimalValue()).isEqualByComparingTo("0.0018514");
    assertThat(spending.path("dearest_call_usd").decimalValue()).isEqualByComparingTo("0.0004626");
    assertThat(spending.path("exhausted").asText()).isEqualTo("day");
    assertThat(spending.at("/month/budget_usd").isNull()).isTrue();
  }

  @Test
  void whatIsNotKnown_isNull() {
    gauges.dispatch = DispatchStatus.NONE;
    gauges.redis = null;
    gauges.lag = null;

    JsonNode json = json();
    assertThat(json.at("/requests/end_to_end_seconds").toString())
        .isEqualTo(
            "{\"count\":0,\"mean\":null,\"p50\":null,\"p95\":null,\"p99\":null,\"max\":null}");
    assertThat(json.at("/cache/redis").isNull()).isTrue();
    assertThat(json.at("/cache/state_store/hit_rate").isNull()).isTrue();
    assertThat(json.at("/lag/total").isNull()).isTrue();
    assertThat(json.at("/rate_limiting/paused_until").isNull()).isTrue();
    assertThat(json.at("/circuit_breakers/google_ai/transitions").isEmpty()).isTrue();
  }

  @Test
  void calls_areCountedByWhatCameOfThem_withTokensAndCost() {
    ArrayDeque<Outcome> outcomes =
        new ArrayDeque<>(
            List.of(
                new Outcome.Explained(EXPLANATION),
                new Outcome.Unavailable(ErrorCode.MODEL_TIMEOUT, "late"),
                new Outcome.Unavailable(
                    ErrorCode.INCOMPLETE_ANSWER, "MAX_TOKENS", new Usage(10, 50, 60)),
                new Outcome.Rejected(
                    ErrorCode.CONTENT_BLOCKED, "RECITATION", new Usage(10, 30, 40)),
                new Outcome.Throttled(ErrorCode.RATE_LIMITED, "slow down", null)));
    ExplanationModel model =
        meters.measured(
            (prompt, watcher) -> {
              Outcome outcome = outcomes.remove();
              watcher.accept(details(outcome.usage()));
              return outcome;
            },
            "m");
    for (int i = 0; i < 5; i++) {
      var _ = model.explain(TestPrompt.of("", "", 300));
    }

    JsonNode calls = json().path("calls");
    assertThat(calls.path("started").asInt()).isEqualTo(5);
    assertThat(calls.path("by_outcome").toString())
        .isEqualTo(
            "{\"explained\":1,\"unusable\":1,\"throttled\":1,\"unavailable\":1,"
                + "\"misconfigured\":0,\"rejected\":1}");
    assertThat(calls.path("tokens").toString())
        .isEqualTo("{\"prompt\":120,\"output\":280,\"total\":400}");
    // 120 at 0.10 and 280 at 0.40 dollars for a million
    assertThat(calls.at("/estimated_cost/amount").asDouble()).isCloseTo(1.24e-4, within(1e-12));
    assertThat(calls.at("/latency_seconds/count").asInt()).isEqualTo(5);
    assertThat(calls.path("in_flight").asInt()).isEqualTo(3);
    assertThat(calls.path("limit").asInt()).isEqualTo(16);
  }

  @Test
  void cache_isToldByTier() {
    flow.storeHit(new Usage(1, 2, 3));
    flow.storeMiss();
    flow.stored();
    var _ = meters.measured(SharedCache.none()).get("k");

    JsonNode cache = json().path("cache");
    assertThat(cache.path("state_store").toString())
        .isEqualTo(
            "{\"hits\":1,\"misses\":1,\"hit_rate\":0.5,\"negative_hits\":0,\"sets\":1,"
                + "\"entries\":42,\"calls_saved\":1,\"tokens_saved\":3,\"saved_usd\":0.0}");
    assertThat(cache.at("/redis/hit_rate").asDouble()).isEqualTo(0.75);
    assertThat(cache.at("/redis/errors").asInt()).isEqualTo(2);
    // a cache that is away is not timed
    assertThat(cache.at("/redis/latency_seconds/count").asInt()).isZero();
  }

  @Test
  void hits_saveWhatTheirCallsWouldCost_ifTheModelHasAPrice() {
    answer(Source.STATE_STORE, 0);
    answer(Source.STATE_STORE, 0);
    answer(Source.COALESCED, 0);
    Explanation unpriced = new Explanation("text", "o", "1", new Usage(100, 200, 300));
    answer(unpriced, Source.STATE_STORE, 0);
    Explanation dearer = new Explanation("text", "n", "1", new Usage(10, 20, 30));
    SharedCache cache = meters.measured(new OneEntry(dearer));
    assertThat(cache.get("k")).isPresent();

    JsonNode json = json().path("cache");
    // twice 100 at 0.10 and 200 at 0.40 dollars for a million
    assertThat(json.at("/state_store/saved_usd").asDouble()).isCloseTo(180e-6, within(1e-12));
    // 10 at 1.00 and 20 at 4.00
    assertThat(json.at("/redis/saved_usd").asDouble()).isCloseTo(90e-6, within(1e-12));
    assertThat(json.at("/redis/latency_seconds/count").asInt()).isEqualTo(1);
  }

  /** A cache that has this under every key. */
  private record OneEntry(Explanation explanation) implements SharedCache {

    @Override
    public boolean isAvailable() {
      return true;
    }

    @Override
    public Optional<CacheEntry> get(String cacheKey) {
      Instant now = FixedGauges.NOW;
      return Optional.of(new CacheEntry(explanation, FoldedHashes.NONE, now, now.plusSeconds(60)));
    }

    @Override
    public void put(String cacheKey, CacheEntry entry) {}

    @Override
    public Deletion deleteAll(Predicate<CacheEntry> those) {
      return new Deletion(0, true);
    }
  }

  @Test
  void breakers_haveTheirTransitions() {
    JsonNode breaker = json().at("/circuit_breakers/google_ai");
    assertThat(breaker.path("forced").asBoolean()).isTrue();
    assertThat(breaker.path("transitions").toString())
        .isEqualTo("[{\"at\":\"2026-11-23T12:00:00Z\",\"from\":\"closed\",\"to\":\"open\"}]");
  }

  @Test
  void prometheus_hasEveryMeterWithFixedTags() {
    flow.retried(ErrorCode.RATE_LIMITED);
    answer(Source.GEMINI, 2);

    assertThat(metrics.text())
        .contains(
            "explanation_retries_total{reason=\"rate_limited\"} 1.0",
            "explanation_requests_answered_total{source=\"gemini\",status=\"explained\"} 1.0",
            "explanation_end_to_end_seconds_bucket{le=\"2.5\"} 1",
            "explanation_lag_records{topic=\"explanations.requests\"} 7.0",
            "explanation_circuit_breaker_state{name=\"google_ai\",state=\"open\"} 1.0",
            "explanation_circuit_breaker_transitions_total{name=\"google_ai\",to=\"open\"} 1.0",
            "explanation_outcomes_unacknowledged_bytes 1234.0",
            "explanation_cache_hits_total{tier=\"redis\"} 3.0",
            "explanation_spent_usd{period=\"day\"} 1.25",
            "explanation_spent_usd{period=\"month\"} 20.5",
            "explanation_budget_usd{period=\"day\"} 0.0",
            "explanation_budget_usd{period=\"month\"} 400.0",
            "explanation_spent_calls_unknown{period=\"day\"} 3.0",
            "explanation_spent_calls_unknown{period=\"month\"} 7.0",
            "jvm_memory_used_bytes",
            "process_start_time_seconds");
  }
}
