package dev.explanations.worker.metrics;

import dev.explanations.worker.health.HealthReport;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetricsPublisher;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams;
import org.jspecify.annotations.Nullable;

/** The registry: our meters, and those that libraries bring. Safe for many threads. */
public final class WorkerMetrics implements AutoCloseable {

  private static final List<String> NOISE =
      List.of(
          "kafka.stream.state",
          "kafka.stream.rocksdb",
          "kafka.stream.topic",
          "kafka.stream.processor",
          "kafka.stream.task",
          "kafka.stream.record.cache",
          "kafka.admin",
          "kafka.producer.node",
          "kafka.producer.topic",
          "kafka.consumer.node",
          "kafka.consumer.metrics");

  /** In the names of what clients tell of their sockets. */
  private static final List<String> OF_SOCKETS = List.of("authentication", ".io.", ".select.");

  /** Of each partition: how far behind it is. */
  private static final Set<String> OF_PARTITIONS =
      Set.of(
          "kafka.consumer.fetch.manager.records.lag",
          "kafka.consumer.fetch.manager.records.lag.max");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();
  private @Nullable KafkaStreamsMetrics kafka;
  private final Meters meters;

  public WorkerMetrics(Readings readings, WorkerInfo info, Clock clock) {
    registry.config().meterFilter(MeterFilter.deny(WorkerMetrics::isNoise));
    this.meters = new Meters(registry, readings, info, clock);
    bindJvm();
  }

  /**
   * Of tasks, partitions, sockets and RocksDB there are thousands, which nobody reads. Each costs
   * ten microseconds whenever Prometheus looks.
   */
  static boolean isNoise(Meter.Id id) {
    String name = id.getName();
    return name.startsWith("kafka.")
        && (NOISE.stream().anyMatch(name::startsWith)
            || OF_SOCKETS.stream().anyMatch(name::contains)
            || (id.getTag("topic") != null && !OF_PARTITIONS.contains(name)));
  }

  /** For what counts. */
  public Meters meters() {
    return meters;
  }

  /** Resilience4j's own view of its breakers. */
  public void bind(List<CircuitBreaker> breakers) {
    TaggedCircuitBreakerMetricsPublisher publisher =
        new TaggedCircuitBreakerMetricsPublisher(registry);
    breakers.forEach(publisher::publishMetrics);
  }

  /** One gauge for the health of each service. */
  public void bind(HealthReport health) {
    meters.health(health);
  }

  /** The stream's own metrics and those of its clients; for one stream. */
  public synchronized void bind(KafkaStreams streams) {
    kafka = new KafkaStreamsMetrics(streams);
    kafka.bindTo(registry);
  }

  private void bindJvm() {
    List.of(
            new ClassLoaderMetrics(),
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            collector,
            new ProcessorMetrics(),
            new UptimeMetrics(),
            new FileDescriptorMetrics())
        .forEach(binder -> binder.bindTo(registry));
  }

  /** All of them in Prometheus' text format. */
  String text() {
    return registry.scrape();
  }

  /** What was counted can still be looked at. */
  @Override
  public synchronized void close() {
    if (kafka != null) {
      kafka.close();
    }
    collector.close();
  }
}
