package dev.explanations.worker.settings;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides which properties of Kafka's clients and of Kafka Streams may be passed through. Refused
 * are properties that guarantees rest on, those that the worker always sets itself, and those that
 * have a setting of their own. A property in no list is refused too: a new release of Kafka may add
 * one.
 */
final class PassThroughRules {

  private static final String GUARANTEE = "the worker's guarantee rests on its own value";

  /** Properties that guarantees rest on, for whichever client they are set. */
  private static final Set<String> GUARANTEED =
      Set.of(
          "acks",
          "allow.auto.create.topics",
          "auto.offset.reset",
          "check.crcs",
          "default.client.supplier",
          "default.deserialization.exception.handler",
          "default.key.serde",
          "default.production.exception.handler",
          "default.timestamp.extractor",
          "default.value.serde",
          "deserialization.exception.handler",
          "enable.auto.commit",
          "enable.idempotence",
          "ensure.explicit.internal.resource.naming",
          "errors.dead.letter.queue.topic.name",
          "group.protocol",
          "group.remote.assignor",
          "interceptor.classes",
          "isolation.level",
          "key.deserializer",
          "key.serializer",
          "max.in.flight.requests.per.connection",
          "partition.assignment.strategy",
          "partitioner.class",
          "partitioner.ignore.keys",
          "processing.exception.handler",
          "processing.exception.handler.global.enabled",
          "processor.wrapper.class",
          "production.exception.handler",
          "retries",
          "state.cleanup.delay.ms",
          "state.cleanup.dir.max.age.ms",
          "task.timeout.ms",
          "transaction.two.phase.commit.enable",
          "transactional.id",
          "value.deserializer",
          "value.serializer");

  /** Reasons to refuse further properties, by property name. */
  private static final Map<String, String> OTHER_REFUSALS =
      Map.ofEntries(
          entry("application.id", "use APPLICATION_ID"),
          entry("application.server", "use HTTP_ADVERTISED"),
          entry("bootstrap.controllers", "use KAFKA_BOOTSTRAP_SERVERS"),
          entry("bootstrap.servers", "use KAFKA_BOOTSTRAP_SERVERS"),
          entry("group.id", "use APPLICATION_ID"),
          entry("group.instance.id", "use INSTANCE_ID"),
          entry("max.request.size", "use MAX_REQUEST_BYTES"),
          entry("processing.guarantee", "it is exactly-once, always"),
          entry("num.stream.threads", "use STREAM_THREADS"),
          entry("replication.factor", "use REPLICATION_FACTOR"),
          entry("state.dir", "use STATE_DIR"));

  private static final String ADMIN_PREFIX = "admin.";

  /** Refused properties that an admin client may have all the same: it handles no records. */
  private static final Set<String> ALLOWED_FOR_ADMIN = Set.of("retries");

  private static final Set<String> ALLOWED =
      Set.of(
          // connections and client names
          "bootstrap.resolve.timeout.ms",
          "client.dns.lookup",
          "client.id",
          "client.rack",
          "config.providers",
          "connections.max.idle.ms",
          "default.api.timeout.ms",
          "metadata.cluster.check.enable",
          "metadata.max.age.ms",
          "metadata.max.idle.ms",
          "metadata.recovery.rebootstrap.trigger.ms",
          "metadata.recovery.strategy",
          "receive.buffer.bytes",
          "reconnect.backoff.max.ms",
          "reconnect.backoff.ms",
          "request.timeout.ms",
          "retry.backoff.max.ms",
          "retry.backoff.ms",
          "security.protocol",
          "security.providers",
          "send.buffer.bytes",
          "socket.connection.setup.timeout.max.ms",
          "socket.connection.setup.timeout.ms",
          // metrics and telemetry
          "built.in.metrics.version",
          "enable.metrics.push",
          "log.summary.interval.ms",
          "metric.reporters",
          "metrics.num.samples",
          "metrics.recording.level",
          "metrics.sample.window.ms",
          "topology.description.push.enabled",
          // batches, buffers and timeouts; the worker's own values are only defaults
          "auto.commit.interval.ms",
          "batch.size",
          "buffer.memory",
          "buffer.memory.allocation.strategy",
          "buffered.records.per.partition",
          "cache.max.bytes.buffering",
          "commit.interval.ms",
          "compression.gzip.level",
          "compression.lz4.level",
          "compression.type",
          "compression.zstd.level",
          "delivery.timeout.ms",
          "fetch.max.bytes",
          "fetch.max.wait.ms",
          "fetch.min.bytes",
          "heartbeat.interval.ms",
          "linger.ms",
          "max.block.ms",
          "max.partition.fetch.bytes",
          "max.poll.interval.ms",
          "max.poll.records",
          "max.task.idle.ms",
          "poll.ms",
          "repartition.purge.interval.ms",
          "session.timeout.ms",
          "statestore.cache.max.bytes",
          "statestore.uncommitted.max.bytes",
          "transaction.timeout.ms",
          // task assignment and standby replicas
          "acceptable.recovery.lag",
          "max.warmup.replicas",
          "num.standby.replicas",
          "probing.rebalance.interval.ms",
          "rack.aware.assignment.non_overlap_cost",
          "rack.aware.assignment.strategy",
          "rack.aware.assignment.tags",
          "rack.aware.assignment.traffic_cost",
          "task.assignor.class",
          "upgrade.from",
          // partitioning of records without a key
          "partitioner.adaptive.partitioning.enable",
          "partitioner.availability.timeout.ms",
          "partitioner.rack.aware",
          // stores on disk
          "allow.os.group.write.access",
          "enable.transactional.statestores",
          "rocksdb.config.setter",
          // no effect here: no DSL, no windows, no queries of this isolation level, no share group
          "default.dsl.store",
          "default.interactive.query.isolation.level",
          "default.list.key.serde.inner",
          "default.list.key.serde.type",
          "default.list.value.serde.inner",
          "default.list.value.serde.type",
          "dsl.store.format",
          "dsl.store.suppliers.class",
          "exclude.internal.topics",
          "share.acknowledgement.mode",
          "share.acquire.mode",
          "topology.optimization",
          "window.size.ms",
          "windowed.inner.class.serde",
          "windowstore.changelog.additional.retention.ms");

  /**
   * Smallest values, by property. A producer refuses a record that does not fit into its buffer,
   * which would stop the stream for ever.
   */
  private static final Map<String, Long> AT_LEAST = Map.of("buffer.memory", 4L << 20);

  /** Prefixes of properties that secure connections; all of these are allowed. */
  private static final List<String> ALLOWED_PREFIXES = List.of("ssl.", "sasl.");

  private static final Pattern ABOUT_SECURITY =
      Pattern.compile(
          "KAFKA_((MAIN_|RESTORE_|GLOBAL_)?CONSUMER_|PRODUCER_|ADMIN_)?(SECURITY|SSL|SASL)_.*");

  /** Variables that Kubernetes adds for a service, for instance one named {@code kafka-ssl}. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_\\d+_(TCP|UDP|SCTP)(_.+)?)?)");

  private PassThroughRules() {}

  /**
   * Reason why a property cannot be passed through; {@code null} if it can.
   *
   * @param property name, with a client's prefix if it has one
   * @param base name without that prefix
   */
  static @Nullable String refusal(String property, String base) {
    String reason = GUARANTEED.contains(base) ? GUARANTEE : OTHER_REFUSALS.get(base);
    if (reason != null) {
      return property.startsWith(ADMIN_PREFIX) && ALLOWED_FOR_ADMIN.contains(base) ? null : reason;
    }
    return isAllowed(base) ? null : "not known to be safe";
  }

  /** Smallest value that a property may have; {@code null} if Kafka's own limit is enough. */
  static @Nullable Long minimum(String base) {
    return AT_LEAST.get(base);
  }

  /** Whether a property is in one of the lists. */
  static boolean isDecided(String base) {
    return GUARANTEED.contains(base) || OTHER_REFUSALS.containsKey(base) || isAllowed(base);
  }

  private static boolean isAllowed(String base) {
    return ALLOWED.contains(base) || ALLOWED_PREFIXES.stream().anyMatch(base::startsWith);
  }

  /** Whether an unknown variable may be a misspelt property that secures connections. */
  static boolean isAboutSecurity(String variable) {
    return ABOUT_SECURITY.matcher(variable).matches() && !SERVICE_LINK.matcher(variable).matches();
  }
}
