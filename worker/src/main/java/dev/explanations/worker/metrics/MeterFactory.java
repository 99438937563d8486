package dev.explanations.worker.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Makes meters with the worker's prefix and a description. */
record MeterFactory(MeterRegistry registry, Gauges gauges) {

  static final String PREFIX = "explanation.";

  private static final Set<String> UNITS = Set.of("seconds", "bytes", "records", "usd");

  /** Percentiles in the JSON are of this time. */
  private static final Duration WINDOW = Duration.ofMinutes(5);

  private static final int WINDOW_PARTS = 3;

  Counter counter(String name, String meaning, Tag... tags) {
    return counter(name, meaning, Tags.of(tags));
  }

  Counter counter(String name, String meaning, Tags tags) {
    return Counter.builder(PREFIX + name).description(meaning).tags(tags).register(registry);
  }

  /** A counter whose total is read when somebody asks. */
  void total(String name, String meaning, ToDoubleFunction<Gauges> value, Tag... tags) {
    // the registry holds the gauges weakly; the worker keeps them
    FunctionCounter.builder(PREFIX + name, gauges, value)
        .baseUnit(unit(name))
        .description(meaning)
        .tags(List.of(tags))
        .register(registry);
  }

  void gauge(String name, String meaning, ToDoubleFunction<Gauges> value, Tag... tags) {
    Gauge.builder(PREFIX + name, gauges, value)
        .strongReference(true)
        .baseUnit(unit(name))
        .description(meaning)
        .tags(List.of(tags))
        .register(registry);
  }

  /** Unit of a meter: the last word of its name, if that is a unit. */
  private static @Nullable String unit(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return UNITS.contains(last) ? last : null;
  }

  Timer timer(String name, String meaning, long... bucketMillis) {
    return withPercentiles(PREFIX + name)
        .description(meaning)
        .serviceLevelObjectives(millis(bucketMillis))
        .register(registry);
  }

  /** A timer for the JSON metrics alone; Prometheus does not see it. */
  Timer percentiles() {
    return withPercentiles("percentiles").register(new SimpleMeterRegistry());
  }

  private static Timer.Builder withPercentiles(String name) {
    return Timer.builder(name)
        .publishPercentiles(0.5, 0.95, 0.99)
        .distributionStatisticExpiry(WINDOW)
        .distributionStatisticBufferLength(WINDOW_PARTS);
  }

  /** A timer without percentiles. */
  Timer buckets(String name, String meaning, Tags tags, long... bucketMillis) {
    return Timer.builder(PREFIX + name)
        .description(meaning)
        .tags(tags)
        .serviceLevelObjectives(millis(bucketMillis))
        .register(registry);
  }

  /** Timers whose tags are known only when they record; without percentiles. */
  MeterProvider<Timer> timers(String name, String meaning, long... bucketMillis) {
    return Timer.builder(PREFIX + name)
        .description(meaning)
        .serviceLevelObjectives(millis(bucketMillis))
        .withRegistry(registry);
  }

  private static Duration[] millis(long... millis) {
    return LongStream.of(millis).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
  }
}
