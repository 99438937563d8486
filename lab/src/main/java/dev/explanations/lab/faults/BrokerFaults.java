package dev.explanations.lab.faults;

import dev.explanations.lab.broker.BrokerCluster;
import dev.explanations.lab.broker.BrokerNode;
import dev.explanations.lab.faults.Draw.Weighted;
import dev.explanations.lab.faults.Fault.Step;
import dev.explanations.lab.faults.target.FaultTargets;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import dev.explanations.lab.process.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Faults of brokers: stopped, killed, suspended, slow, leadership moved. Most hit one broker, some
 * two at once.
 */
final class BrokerFaults {

  private static final List<Integer> NODES =
      IntStream.range(0, BrokerCluster.NODES).boxed().toList();
  private static final int MOST_DELAY_MILLIS = 200;

  private BrokerFaults() {}

  static List<Weighted> all() {
    return List.of(
        new Weighted(2, random -> away(random, "stop", 1, 12, BrokerNode::stop)),
        new Weighted(2, random -> away(random, "kill", 1, 12, BrokerNode::kill)),
        new Weighted(1, random -> away(random, "kill", 2, 6, BrokerNode::kill)),
        new Weighted(2, random -> suspended(random, 1, 12)),
        new Weighted(1, random -> suspended(random, 2, 6)),
        new Weighted(2, BrokerFaults::slow),
        new Weighted(3, random -> moved()));
  }

  private static Draw away(
      RandomGenerator random, String verb, int count, int mostSeconds, Consumer<BrokerNode> begin) {
    List<Integer> nodes = Draw.some(random, NODES, count);
    return draw(
        "%s broker %s".formatted(verb, nodes),
        Draw.seconds(random, 2, mostSeconds),
        field -> nodes.forEach(node -> begin.accept(field.brokers().node(node))),
        field -> nodes.forEach(node -> field.brokers().node(node).start()));
  }

  private static Draw suspended(RandomGenerator random, int count, int mostSeconds) {
    List<Integer> nodes = Draw.some(random, NODES, count);
    return draw(
        "suspend broker " + nodes,
        Draw.seconds(random, 1, mostSeconds),
        field -> nodes.forEach(node -> field.brokers().node(node).suspend()),
        field -> nodes.forEach(node -> field.brokers().node(node).resume()));
  }

  private static Draw draw(String name, Duration lasts, Step begin, Step end) {
    return Draw.of(FaultKind.BROKER, name, Set.of(FaultTargets.BROKERS), lasts, begin, end);
  }

  /** Slows the connections of workers to a broker; those between brokers stay fast. */
  private static Draw slow(RandomGenerator random) {
    int node = Draw.one(random, NODES);
    Duration delay = Duration.ofMillis(random.nextInt(10, MOST_DELAY_MILLIS));
    return Draw.of(
        FaultKind.BROKER,
        "slow broker %d by %d ms".formatted(node, delay.toMillis()),
        Set.of(FaultTargets.BROKERS, FaultTargets.NETWORK),
        Draw.seconds(random, 2, 15),
        field -> field.brokers().proxiesTo(node).forEach(proxy -> proxy.slow(delay)),
        field -> field.brokers().proxiesTo(node).forEach(TcpProxy::pass));
  }

  private static Draw moved() {
    return Draw.moment(
        FaultKind.BROKER,
        "move leadership",
        Set.of(FaultTargets.BROKERS),
        field -> {
          var _ = field.brokers().moveLeadership();
        });
  }
}
