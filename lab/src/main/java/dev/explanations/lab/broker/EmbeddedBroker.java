package dev.explanations.lab.broker;

import dev.explanations.lab.process.FreePort;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * One Kafka node, broker and controller in one, inside this process. It listens on loopback only
 * and creates no topics by itself.
 *
 * <p>{@link #stop} and {@link #start()} again are an outage: the address and what was written
 * survive. Thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {

  /** Fixed, so that a directory can be started again by another process. */
  private static final String CLUSTER_ID = "ZXhwbGFuYXRpb25zLWxhYg";

  private static final int NODE_ID = 0;

  private final Path directory;
  private final int nodeId;
  private final int port;
  private final int controllerPort;
  private final Map<String, String> more;
  private @Nullable KafkaRaftServer server;

  private EmbeddedBroker(Path directory, int nodeId, int port, Map<String, String> more) {
    this.directory = directory;
    this.nodeId = nodeId;
    this.port = port;
    this.more = Map.copyOf(more);
    this.controllerPort = FreePort.find();
  }

  /** Starts a broker on any free port; see {@link #start(Path, int, Map)}. */
  public static EmbeddedBroker start(Path directory) {
    return start(directory, FreePort.find(), Map.of());
  }

  /**
   * Starts a broker, and returns when it answers clients.
   *
   * @param directory for its data; created when missing, continued when it was used before
   * @param more the broker's properties beside those of its own
   */
  public static EmbeddedBroker start(Path directory, int port, Map<String, String> more) {
    return start(directory, NODE_ID, port, more);
  }

  /** A node among several: {@code more} says its listeners and the quorum. */
  static EmbeddedBroker start(Path directory, int nodeId, int port, Map<String, String> more) {
    EmbeddedBroker broker = new EmbeddedBroker(directory, nodeId, port, more);
    broker.start();
    return broker;
  }

  /** The address for clients, of the form {@code 127.0.0.1:port}; the same after a restart. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Starts the broker again after {@link #stop}; does nothing while it runs. */
  public synchronized void start() {
    if (server != null) {
      return;
    }
    format();
    Map<String, String> properties = new HashMap<>(properties());
    properties.putAll(more);
    KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    starting.startup();
    server = starting;
  }

  /** Shuts the broker down in order and waits for it; does nothing while it is down. */
  public synchronized void stop() {
    KafkaRaftServer stopping = server;
    if (stopping == null) {
      return;
    }
    server = null;
    stopping.shutdown();
    stopping.awaitShutdown();
  }

  /** The same as {@link #stop}: the directory belongs to the caller and is left as it is. */
  @Override
  public void close() {
    stop();
  }

  private void format() {
    String dataDirectory = directory.toAbsolutePath().toString();
    try {
      new Formatter()
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
          .setClusterId(CLUSTER_ID)
          .setNodeId(nodeId)
          .setDirectories(List.of(dataDirectory))
          .setMetadataLogDirectory(dataDirectory)
          .setControllerListenerName("CONTROLLER")
          .setIgnoreFormatted(true)
          .run();
    } catch (Exception e) {
      throw new IllegalStateException("cannot prepare the broker's directory " + directory, e);
    }
  }

  /** Sized for two cores: a start takes about a second once the classes are loaded. */
  private Map<String, String> properties() {
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", Integer.toString(nodeId)),
        Map.entry("controller.quorum.voters", nodeId + "@127.0.0.1:" + controllerPort),
        Map.entry(
            "listeners",
            "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort),
        Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry("inter.broker.listener.name", "PLAINTEXT"),
        Map.entry("log.dirs", directory.toAbsolutePath().toString()),
        Map.entry("auto.create.topics.enable", "false"),
        Map.entry("num.partitions", "1"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("offsets.topic.num.partitions", "4"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.num.partitions", "4"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
        Map.entry("share.coordinator.state.topic.num.partitions", "1"),
        Map.entry("share.coordinator.state.topic.min.isr", "1"),
        Map.entry("min.insync.replicas", "1"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        Map.entry("log.cleaner.dedupe.buffer.size", "2097152"),
        // 15 s, 5 min and 1 min by default: a lab does not wait for that
        Map.entry("log.cleaner.backoff.ms", "1000"),
        Map.entry("log.retention.check.interval.ms", "10000"),
        Map.entry("log.segment.delete.delay.ms", "1000"),
        Map.entry("num.network.threads", "2"),
        Map.entry("num.io.threads", "4"));
  }
}
