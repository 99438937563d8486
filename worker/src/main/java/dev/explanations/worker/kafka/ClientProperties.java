package dev.explanations.worker.kafka;

import static org.apache.kafka.clients.CommonClientConfigs.SESSION_TIMEOUT_MS_CONFIG;
import static org.apache.kafka.streams.StreamsConfig.CONSUMER_PREFIX;
import static org.apache.kafka.streams.StreamsConfig.MAIN_CONSUMER_PREFIX;
import static org.apache.kafka.streams.StreamsConfig.mainConsumerPrefix;
import static org.apache.kafka.streams.StreamsConfig.producerPrefix;

import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.store.TaskStores;
import dev.explanations.worker.topology.UnforeseenHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Properties of each Kafka client. Settings passed through as {@code KAFKA_*} override the defaults
 * here, but not the properties that correctness rests on, which are set after them. Thread-safe.
 */
public record ClientProperties(Settings.Kafka kafka, Settings.Streams streams) {

  /** Longest record that producers send: a dead letter holds more than a request topic takes. */
  public static final int MAX_RECORD_BYTES = 2 * 1024 * 1024;

  private static final String FOR_EVER = Integer.toString(Integer.MAX_VALUE);
  private static final String COMMIT_INTERVAL = "100";

  /** Shortest timeout that brokers allow by default, in milliseconds. */
  private static final String SESSION_TIMEOUT = "6000";

  /** Longest timeout that brokers allow by default. */
  private static final Duration LONGEST_TRANSACTION = Duration.ofMinutes(15);

  /** Time that a rebalance may take beyond a session timeout, on a busy machine. */
  private static final Duration REBALANCE = Duration.ofSeconds(14);

  private static final String HALF_AN_HOUR = Long.toString(Duration.ofMinutes(30).toMillis());

  public Map<String, Object> admin() {
    return common("admin");
  }

  /** For the admin client of one redrive job. */
  public Map<String, Object> redriveAdmin() {
    return common("redrive-admin");
  }

  /** For the producer of outcomes, outside of Streams' transactions. */
  public Map<String, Object> outcomesProducer() {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    properties.putAll(common("outcomes"));
    // giving up an outcome ends the worker, so limits set for its other producers do not apply
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, FOR_EVER);
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, FOR_EVER);
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(MAX_RECORD_BYTES));
    writeBytesDurably(properties);
    return properties;
  }

  /** For reading committed records of manually assigned partitions. */
  public Map<String, Object> reader(String client) {
    Map<String, Object> properties = new HashMap<>();
    // bounds the heap that a fetch takes: dead letters may be large
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(4 * MAX_RECORD_BYTES));
    // readers stop at a known end: a fetch that waits there for more would delay the next one
    properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
    properties.putAll(common(client));
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    readBytes(properties);
    return properties;
  }

  /** For transactions outside of Kafka Streams. */
  public Map<String, Object> transactionalProducer(String client, String transactionalId) {
    Map<String, Object> properties = new HashMap<>();
    // after a crash, readers of committed records wait this long for the open transaction
    properties.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "30000");
    properties.putAll(common(client));
    properties.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(MAX_RECORD_BYTES));
    writeBytesDurably(properties);
    return properties;
  }

  /** For a consumer that never commits by itself. */
  private static void readBytes(Map<String, Object> properties) {
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(
        ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
    properties.put(
        ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class.getName());
  }

  private static void writeBytesDurably(Map<String, Object> properties) {
    properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.put(ProducerConfig.ACKS_CONFIG, "all");
    properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
    properties.put(
        ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
  }

  /** For the reader of the control topic, which is in no group. */
  public Map<String, Object> controlConsumer() {
    Map<String, Object> properties = common("control");
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    // a position outside of the topic means that the topic was deleted and created again
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    readBytes(properties);
    return properties;
  }

  /** For the producer of control records: an operator waits five seconds for a command. */
  public Map<String, Object> controlProducer() {
    Map<String, Object> properties = common("control");
    // a command that was refused must not come into force later, when a broker is back
    properties.put(ProducerConfig.LINGER_MS_CONFIG, "0");
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "2000");
    properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "2000");
    properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "4000");
    writeBytesDurably(properties);
    return properties;
  }

  /**
   * For the stream.
   *
   * @param self as the others of the group know this worker
   */
  public Properties streams(String instanceId, Member self) {
    Properties properties = new Properties();
    // names without a client prefix: a prefixed one would win over a passed-through property
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.toString(streams.threads()));
    // the interval under load; a thread with little to do requests commits, see CommitPace
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL);
    properties.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, Long.toString(Long.MAX_VALUE));
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    // readers see records only after their commit, which flushes those that linger
    properties.put(ProducerConfig.LINGER_MS_CONFIG, COMMIT_INTERVAL);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(128 * 1024));
    properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, HALF_AN_HOUR);
    properties.put(
        producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Integer.toString(MAX_RECORD_BYTES));
    // a dead worker delays a rebalance by this long, and nothing is committed meanwhile
    properties.put(SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT);
    properties.put(CommonClientConfigs.HEARTBEAT_INTERVAL_MS_CONFIG, "1000");
    // a topic created a moment ago, or a coordinator that moved, is noticed soon
    properties.put(CommonClientConfigs.METADATA_MAX_AGE_CONFIG, "60000");
    // a new worker gets its share a minute after its stores are warm, not ten
    properties.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, "60000");
    kafka.properties().forEach(properties::put);
    // transactions stay open during a rebalance; a dead worker's is fenced before its timeout
    String session =
        Stream.of(MAIN_CONSUMER_PREFIX, CONSUMER_PREFIX, "")
            .map(prefix -> kafka.properties().get(prefix + SESSION_TIMEOUT_MS_CONFIG))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(SESSION_TIMEOUT);
    properties.putIfAbsent(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
        Long.toString(
            Math.min(
                Long.parseLong(session) + REBALANCE.toMillis(), LONGEST_TRANSACTION.toMillis())));

    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, streams.applicationId());
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, streams.stateDir().toString());
    // Kafka Streams cleans up once per delay, so old state is gone after twice the delay
    properties.put(
        StreamsConfig.STATE_CLEANUP_DELAY_MS_CONFIG,
        Long.toString(TaskStores.STATE_KEPT.toMillis()));
    properties.put(
        StreamsConfig.STATE_CLEANUP_DIR_MAX_AGE_MS_CONFIG,
        Long.toString(TaskStores.STATE_KEPT.multipliedBy(2).toMillis()));
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, "true");
    properties.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, "classic");
    properties.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, UnforeseenHandler.class);
    properties.put(StreamsConfig.APPLICATION_SERVER_CONFIG, self.applicationServer());
    properties.put(mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), instanceId);
    return properties;
  }

  private Map<String, Object> common(String client) {
    Map<String, Object> properties = new HashMap<>(kafka.properties());
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    properties.put(CommonClientConfigs.CLIENT_ID_CONFIG, streams.applicationId() + "-" + client);
    return properties;
  }
}
