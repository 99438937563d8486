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

/** The registry: meters of the worker and of libraries. Thread-safe. */
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

  /** Parts of names of the clients' socket metrics. */
  private static final List<String> OF_SOCKETS = List.of("authentication", ".io.", ".select.");

  /** Metrics per partition that are kept: its lag. */
  private static final Set<String> OF_PARTITIONS =
      Set.of(
          "kafka.consumer.fetch.manager.records.lag",
          "kafka.consumer.fetch.manager.records.lag.max");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collector = new JvmGcMetrics();
  private final Meters meters;

  public WorkerMetrics(Gauges gauges, WorkerInfo info, Clock clock) {
    registry.config().meterFilter(MeterFilter.deny(WorkerMetrics::isNoise));
    this.meters = new Meters(registry, gauges, info, clock);
    bindJvm();
  }

  /**
   * Whether a meter is one of the thousands of tasks, partitions, sockets and RocksDB, which nobody
   * reads. Each would cost ten microseconds per scrape.
   */
  static boolean isNoise(Meter.Id id) {
    String name = id.getName();
    return name.startsWith("kafka.")
        && (NOISE.stream().anyMatch(name::startsWith)
            || OF_SOCKETS.stream().anyMatch(name::contains)
            || (id.getTag("topic") != null && !OF_PARTITIONS.contains(name)));
  }

  /** Meters of the worker. */
  public Meters meters() {
    return meters;
  }

  /** Adds Resilience4j's own meters of its breakers. */
  public void bind(List<CircuitBreaker> breakers) {
    TaggedCircuitBreakerMetricsPublisher publisher =
        new TaggedCircuitBreakerMetricsPublisher(registry);
    breakers.forEach(publisher::publishMetrics);
  }

  /** Adds a gauge for the health of each service. */
  public void bind(HealthReport health) {
    meters.health(health);
  }

  /** Adds metrics of a stream and its clients, until the result is closed. */
  public AutoCloseable bind(KafkaStreams streams) {
    KafkaStreamsMetrics kafka = new KafkaStreamsMetrics(streams);
    kafka.bindTo(registry);
    return kafka;
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

  /** All meters in Prometheus' text format. */
  String text() {
    return registry.scrape();
  }

  /** Stops watching the garbage collector; meters stay readable. */
  @Override
  public void close() {
    collector.close();
  }
}
