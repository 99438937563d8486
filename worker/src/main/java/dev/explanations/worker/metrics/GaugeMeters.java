package dev.explanations.worker.metrics;

import dev.explanations.worker.cache.CacheTierStatistics;
import dev.explanations.worker.dispatch.DispatchStatus;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.gate.BreakerHistory;
import dev.explanations.worker.gate.BreakerStatus;
import dev.explanations.worker.spending.BudgetStatus;
import io.micrometer.core.instrument.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Registers meters that read {@link Gauges} whenever somebody reads the registry. */
record GaugeMeters(MeterFactory make, Clock clock) {

  static void register(MeterFactory make, WorkerInfo info, Clock clock) {
    GaugeMeters meters = new GaugeMeters(make, clock);
    meters.calls(info.settings().gemini().maxInFlight());
    info.models().keySet().forEach(meters::breaker);
    meters.queues();
    meters.services(info.sourceTopics());
    meters.cache(info.settings().redis().enabled());
    meters.spending("day", BudgetStatus::day);
    meters.spending("month", BudgetStatus::month);
  }

  private void calls(int maxInFlight) {
    make.gauge("calls.in.flight", "Calls under way.", it -> it.dispatch().gate().running());
    make.gauge(
        "calls.in.flight.limit",
        "How many calls may be under way; learnt from what came of the last ones.",
        it -> it.dispatch().gate().limit());
    make.gauge("calls.in.flight.max", "GEMINI_MAX_IN_FLIGHT.", it -> maxInFlight);
    make.gauge(
        "calls.overdue",
        "Look-ups and calls that should have ended long ago, by their time limit.",
        it -> it.dispatch().overdue());
    make.gauge(
        "calls.waiting",
        "Questions that the dispatcher has taken and that wait for a look-up or their call.",
        it -> it.dispatch().waiting());
  }

  private void breaker(String name) {
    for (BreakerStatus.State state : BreakerStatus.State.values()) {
      make.gauge(
          "circuit.breaker.state",
          "1 for the state that a circuit breaker has, 0 for the others.",
          it -> isIn(it.dispatch(), name, state) ? 1 : 0,
          Tag.of("name", name),
          Tag.of("state", state.wireName()));
      make.total(
          "circuit.breaker.transitions",
          "Changes of a circuit breaker's state, by the new one.",
          it -> entered(it.dispatch(), name, state),
          Tag.of("name", name),
          Tag.of("to", state.wireName()));
    }
  }

  private static boolean isIn(DispatchStatus dispatch, String name, BreakerStatus.State state) {
    return dispatch.gate().breakers().stream()
        .anyMatch(breaker -> breaker.name().equals(name) && breaker.state() == state);
  }

  private static long entered(DispatchStatus dispatch, String name, BreakerStatus.State state) {
    BreakerHistory history = dispatch.gate().histories().get(name);
    return history == null ? 0 : history.entered().getOrDefault(state, 0L);
  }

  private void queues() {
    make.gauge(
        "pending", "Requests that wait, for whatever reason.", it -> it.totals().pendingRequests());
    make.gauge(
        "pending.oldest.seconds",
        "How long the oldest pending request has waited; 0 if none waits.",
        it -> age(it.totals().oldestPending().orElse(null)));
    make.total("outcomes.sent", "Outcomes that Kafka has acknowledged.", Gauges::outcomesSent);
    make.gauge(
        "outcomes.unacknowledged.bytes",
        "Bytes of outcomes that Kafka has not acknowledged.",
        Gauges::unacknowledgedBytes);
    make.gauge(
        "outcomes.oldest.seconds",
        "How long the oldest outcome has been on its way back to its task; 0 if none is.",
        it -> age(it.dispatch().oldestOutcome()));
    for (Faults.Kind kind : Faults.Kind.values()) {
      make.total(
          "faults",
          "Records and stored entries that the worker could not take as they are.",
          it -> it.faults(kind),
          Tag.of("kind", kind.wireName()));
    }
  }

  private void services(Set<String> topics) {
    for (String topic : topics) {
      make.gauge(
          "lag.records",
          "Records in this worker's partitions of a source topic that are not consumed and"
              + " committed.",
          it -> {
            Map<String, Long> lag = it.lag();
            return lag == null ? Double.NaN : lag.getOrDefault(topic, 0L);
          },
          Tag.of("topic", topic));
    }
    make.gauge(
        "broker.connected",
        "1 if a broker has answered in the last seconds, else 0.",
        it -> it.brokerConnected() ? 1 : 0);
    make.gauge(
        "stream.running",
        "1 if the stream works on its partitions, 0 before that, while it restores or rebalances,"
            + " and after it has stopped.",
        it -> it.stream().running() ? 1 : 0);
    make.gauge("stream.threads", "Stream threads that live.", it -> it.stream().threads());
    make.gauge("stream.tasks", "Active tasks of the stream threads.", it -> it.stream().tasks());
  }

  private void cache(boolean hasRedis) {
    make.gauge(
        "cache.entries",
        "Explanations in the state stores of this worker.",
        it -> it.totals().storedExplanations(),
        Meters.STORE);
    if (hasRedis) {
      make.gauge(
          "cache.connected",
          "1 if Redis answers, else 0.",
          it -> it.redisConnected() ? 1 : 0,
          Meters.REDIS);
      redis("cache.hits", Meters.HITS, CacheTierStatistics::hits);
      redis("cache.misses", Meters.MISSES, CacheTierStatistics::misses);
      redis("cache.sets", Meters.SETS, CacheTierStatistics::sets);
      redis("cache.errors", "Commands that failed.", it -> it.errors() + it.timeouts());
      redis(
          "cache.skipped", "Look-ups not made while Redis was away.", CacheTierStatistics::skipped);
      redis("cache.calls.saved", Meters.CALLS_SAVED, CacheTierStatistics::callsSaved);
      redis("cache.tokens.saved", Meters.TOKENS_SAVED, CacheTierStatistics::tokensSaved);
    }
  }

  private void redis(String name, String meaning, ToDoubleFunction<CacheTierStatistics> value) {
    make.total(
        name,
        meaning,
        it -> {
          CacheTierStatistics redis = it.redis();
          return redis == null ? 0 : value.applyAsDouble(redis);
        },
        Meters.REDIS);
  }

  private void spending(String name, Function<BudgetStatus, BudgetStatus.Period> period) {
    Tag tag = Tag.of("period", name);
    make.gauge(
        "spent.usd",
        "What calls of all workers cost today or this month; one of unknown cost counts as the"
            + " dearest.",
        it -> dollars(period.apply(it.spending()).charged()),
        tag);
    make.gauge(
        "budget.usd",
        "What calls of all workers may cost in a day or month; 0 is no limit.",
        it -> dollars(period.apply(it.spending()).limit()),
        tag);
    make.gauge(
        "spent.calls.unknown",
        "Calls of all workers that were cut off, so that nobody knows whether they were billed.",
        it -> period.apply(it.spending()).spent().unknown(),
        tag);
  }

  private static double dollars(@Nullable Usd amount) {
    return amount == null ? 0 : amount.dollars().doubleValue();
  }

  private double age(@Nullable Instant since) {
    return Objects.requireNonNullElse(MetricsReport.age(since, clock), 0.0);
  }
}
