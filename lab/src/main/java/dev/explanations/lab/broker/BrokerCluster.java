package dev.explanations.lab.broker;

import dev.explanations.lab.process.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/**
 * Three brokers as processes, each a controller too: replication 3, {@code min.insync.replicas} 2.
 * Each named client reaches each broker through a TCP proxy of its own, so that its network can be
 * cut by itself. Thread-safe.
 */
public final class BrokerCluster implements AutoCloseable {

  /** Nodes are 0, 1 and 2. */
  public static final int NODES = 3;

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(100);

  private final List<BrokerNode> nodes;

  private BrokerCluster(List<BrokerNode> nodes) {
    this.nodes = nodes;
  }

  /**
   * Starts all three, and returns when each has registered.
   *
   * @param directory for their data, empty; belongs to the caller
   * @param clients names, of letters and digits, that get addresses of their own
   */
  public static BrokerCluster start(Path directory, List<String> clients)
      throws InterruptedException {
    List<BrokerNode> nodes =
        IntStream.range(0, NODES)
            .mapToObj(id -> new BrokerNode(id, directory.resolve("broker-" + id), clients))
            .toList();
    String voters = nodes.stream().map(BrokerNode::voter).collect(Collectors.joining(","));
    nodes.forEach(node -> node.configure(properties(voters)));
    nodes.forEach(BrokerNode::start);
    BrokerCluster cluster = new BrokerCluster(nodes);
    try {
      cluster.awaitAll(PATIENCE);
    } catch (InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  private static Map<String, String> properties(String voters) {
    return Map.ofEntries(
        Map.entry("controller.quorum.voters", voters),
        Map.entry("default.replication.factor", "3"),
        Map.entry("min.insync.replicas", "2"),
        Map.entry("offsets.topic.replication.factor", "3"),
        Map.entry("transaction.state.log.replication.factor", "3"),
        Map.entry("transaction.state.log.min.isr", "2"),
        Map.entry("share.coordinator.state.topic.replication.factor", "3"),
        Map.entry("share.coordinator.state.topic.min.isr", "2"),
        // a controller notices a dead broker after this; 9 s by default
        Map.entry("broker.session.timeout.ms", "6000"),
        Map.entry("broker.heartbeat.interval.ms", "1000"),
        // of each listener, of which there are many
        Map.entry("num.network.threads", "1"));
  }

  /** Addresses without a proxy, for clients that no fault is to reach. */
  public String bootstrapServers() {
    return nodes.stream().map(BrokerNode::address).collect(Collectors.joining(","));
  }

  /** Addresses through the proxies of that client. */
  public String bootstrapServersFor(String client) {
    return proxiesOf(client).stream()
        .map(proxy -> "127.0.0.1:" + proxy.port())
        .collect(Collectors.joining(","));
  }

  /** Between one client and all brokers, by node. */
  public List<TcpProxy> proxiesOf(String client) {
    return nodes.stream().map(node -> node.proxy(client)).toList();
  }

  /** Between all clients and one broker. */
  public List<TcpProxy> proxiesTo(int node) {
    List<TcpProxy> proxies = new ArrayList<>();
    nodes.get(node).proxies().forEach(proxies::add);
    return proxies;
  }

  public BrokerNode node(int id) {
    return nodes.get(id);
  }

  /**
   * Waits until all brokers have registered.
   *
   * @throws IllegalStateException when they have not in time
   */
  public void awaitAll(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    try (Admin admin = admin()) {
      while (registered(admin) < NODES) {
        if (System.nanoTime() - deadline > 0) {
          throw new IllegalStateException(
              "not all brokers run; the first says " + nodes.getFirst().log());
        }
        Thread.sleep(POLL);
      }
    }
  }

  private static int registered(Admin admin) throws InterruptedException {
    try {
      return admin.describeCluster().nodes().get(1, TimeUnit.SECONDS).size();
    } catch (ExecutionException | TimeoutException e) {
      return 0;
    }
  }

  /**
   * Moves the leadership of all partitions of all topics, internal ones too, to other replicas:
   * each list of replicas is turned by one, and its first elected. Replicas stay where they are.
   *
   * @return how many partitions there are
   */
  public int moveLeadership() throws InterruptedException, ExecutionException, TimeoutException {
    try (Admin admin = admin()) {
      Set<String> topics =
          get(admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
      Map<TopicPartition, Optional<NewPartitionReassignment>> turned =
          get(admin.describeTopics(topics).allTopicNames()).values().stream()
              .flatMap(BrokerCluster::turned)
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      var _ = get(admin.alterPartitionReassignments(turned).all());
      var _ = get(admin.electLeaders(ElectionType.PREFERRED, turned.keySet()).partitions());
      return turned.size();
    }
  }

  private static Stream<Map.Entry<TopicPartition, Optional<NewPartitionReassignment>>> turned(
      TopicDescription topic) {
    return topic.partitions().stream()
        .map(
            partition ->
                Map.entry(
                    new TopicPartition(topic.name(), partition.partition()),
                    Optional.of(new NewPartitionReassignment(turned(partition)))));
  }

  private static List<Integer> turned(TopicPartitionInfo partition) {
    List<Integer> replicas = new ArrayList<>();
    partition.replicas().stream().map(Node::id).forEach(replicas::add);
    Collections.rotate(replicas, 1);
    return replicas;
  }

  private Admin admin() {
    Properties properties = new Properties();
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    properties.put(
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(ADMIN_TIMEOUT.toMillis()));
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    return Admin.create(properties);
  }

  private static <T> T get(KafkaFuture<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(ADMIN_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  /** Kills all. */
  @Override
  public void close() {
    nodes.forEach(BrokerNode::close);
  }
}
