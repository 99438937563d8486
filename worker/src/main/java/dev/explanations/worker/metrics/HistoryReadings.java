package dev.explanations.worker.metrics;

import dev.explanations.worker.ops.CircuitBreakers;
import dev.explanations.worker.ops.HistoryReading;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the history keeps of the figures; reads what {@link MetricsReport} reads. */
public final class HistoryReadings implements Supplier<HistoryReading> {
  private static final double MEDIAN = 0.5;
  private static final double P95 = 0.95;

  private final Meters meters;
  private final Readings readings;
  private final CircuitBreakers breakers;

  public HistoryReadings(WorkerMetrics metrics, Readings readings, CircuitBreakers breakers) {
    this.meters = metrics.meters();
    this.readings = readings;
    this.breakers = breakers;
  }

  @Override
  public HistoryReading get() {
    return new HistoryReading(
        count(meters.received),
        sum(meters.explained.values()) + count(meters.unavailable) + count(meters.rejected),
        sum(meters.callsStarted.values()),
        latency(meters.callDuration),
        latency(meters.endToEnd),
        readings.dispatch().gate().running(),
        readings.pending(),
        total(readings.lag()),
        breakers.all().getFirst().state().wireName());
  }

  private static HistoryReading.Latency latency(Timer timer) {
    Double p50 = null;
    Double p95 = null;
    for (ValueAtPercentile value : timer.takeSnapshot().percentileValues()) {
      // zero is what a histogram tells when it is empty
      double seconds = value.value(TimeUnit.SECONDS);
      if (seconds > 0 && value.percentile() == MEDIAN) {
        p50 = seconds;
      } else if (seconds > 0 && value.percentile() == P95) {
        p95 = seconds;
      }
    }
    return new HistoryReading.Latency(p50, p95);
  }

  private static @Nullable Long total(@Nullable Map<String, Long> lag) {
    return lag == null ? null : lag.values().stream().mapToLong(Long::longValue).sum();
  }

  private static long sum(Collection<Counter> counters) {
    return counters.stream().mapToLong(HistoryReadings::count).sum();
  }

  private static long count(Counter counter) {
    return (long) counter.count();
  }
}
