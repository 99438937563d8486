package dev.explanations.lab.faults;

import dev.explanations.lab.faults.Draw.Weighted;
import dev.explanations.lab.faults.target.FaultTargets;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import dev.explanations.lab.process.TcpProxy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Networks between workers and brokers that are cut, silent and slow. */
final class NetworkFaults {

  private static final int MOST_DELAY_MILLIS = 300;

  private NetworkFaults() {}

  static List<Weighted> all(Scope scope) {
    List<String> all = scope.workers();
    return List.of(
        new Weighted(2, random -> cut(random, Draw.some(random, all, 1), 12)),
        new Weighted(1, random -> cut(random, all, 6)),
        new Weighted(3, random -> silent(random, Draw.some(random, all, 1), 14)),
        new Weighted(1, random -> silent(random, all, 6)),
        new Weighted(2, random -> slow(random, Draw.some(random, all, 1))),
        new Weighted(1, random -> slow(random, all)));
  }

  private static Draw cut(RandomGenerator random, List<String> workers, int mostSeconds) {
    return away(random, "cut off", workers, mostSeconds, TcpProxy::cut);
  }

  private static Draw silent(RandomGenerator random, List<String> workers, int mostSeconds) {
    return away(random, "half open", workers, mostSeconds, TcpProxy::silence);
  }

  private static Draw away(
      RandomGenerator random,
      String verb,
      List<String> workers,
      int mostSeconds,
      Consumer<TcpProxy> begin) {
    return Draw.of(
        FaultKind.NETWORK,
        verb + " " + String.join(" ", workers),
        holds(workers),
        Draw.seconds(random, 1, mostSeconds),
        field -> {
          workers.forEach(worker -> field.fleet().cut(worker, true));
          all(field, workers, begin);
        },
        field -> {
          workers.forEach(worker -> field.fleet().cut(worker, false));
          all(field, workers, TcpProxy::pass);
        });
  }

  private static Draw slow(RandomGenerator random, List<String> workers) {
    Duration delay = Duration.ofMillis(random.nextInt(5, MOST_DELAY_MILLIS));
    return Draw.of(
        FaultKind.NETWORK,
        "slow network of %s by %d ms".formatted(String.join(" ", workers), delay.toMillis()),
        holds(workers),
        Draw.seconds(random, 2, 15),
        field -> all(field, workers, proxy -> proxy.slow(delay)),
        field -> all(field, workers, TcpProxy::pass));
  }

  private static void all(FaultTargets field, List<String> workers, Consumer<TcpProxy> change) {
    workers.forEach(worker -> field.brokers().proxiesOf(worker).forEach(change));
  }

  private static Set<String> holds(List<String> workers) {
    Set<String> holds = new HashSet<>(workers);
    holds.add(FaultTargets.NETWORK);
    return holds;
  }
}
