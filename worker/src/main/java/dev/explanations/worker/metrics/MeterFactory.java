package dev.explanations.worker.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter.MeterProvider;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Makes meters that have our prefix and a meaning. */
record MeterFactory(MeterRegistry registry, Readings readings) {

  static final String PREFIX = "explanation.";

  private static final Set<String> UNITS = Set.of("seconds", "bytes", "records", "usd");

  /** Percentiles, which the JSON tells, are of the last minutes. */
  private static final Duration WINDOW = Duration.ofMinutes(5);

  private static final int WINDOW_PARTS = 3;

  Counter counter(String name, String meaning, String... tags) {
    return Counter.builder(PREFIX + name).description(meaning).tags(tags).register(registry);
  }

  /** A total that is read when asked. */
  void total(String name, String meaning, ToDoubleFunction<Readings> value, String... tags) {
    // the registry holds what is read weakly, its owner does not
    FunctionCounter.builder(PREFIX + name, readings, value)
        .baseUnit(unit(name))
        .description(meaning)
        .tags(tags)
        .register(registry);
  }

  void gauge(String name, String meaning, ToDoubleFunction<Readings> value, String... tags) {
    Gauge.builder(PREFIX + name, readings, value)
        .strongReference(true)
        .baseUnit(unit(name))
        .description(meaning)
        .tags(tags)
        .register(registry);
  }

  /** The last word of a name, where that is one. */
  private static @Nullable String unit(String name) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return UNITS.contains(last) ? last : null;
  }

  Timer timer(String name, String meaning, long... bucketMillis) {
    return Timer.builder(PREFIX + name)
        .description(meaning)
        .publishPercentiles(0.5, 0.95, 0.99)
        .serviceLevelObjectives(millis(bucketMillis))
        .distributionStatisticExpiry(WINDOW)
        .distributionStatisticBufferLength(WINDOW_PARTS)
        .register(registry);
  }

  /** Timers whose tags are known only when something is timed; without percentiles. */
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
