package dev.explanations.lab.faults;

import dev.explanations.lab.faults.Draw.Weighted;
import dev.explanations.lab.faults.target.FaultTargets;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import dev.explanations.lab.guarantees.Observation.Order;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Commands of operators, drawn like faults. */
final class CommandFaults {

  private CommandFaults() {}

  static List<Weighted> all(Scope scope) {
    return List.of(
        new Weighted(3, random -> once(random, Order.CLEAR, "clear", "", Set.of())),
        new Weighted(4, random -> invalidated(random, Draw.one(random, scope.topics()))),
        new Weighted(
            2, random -> held(random, "pause", FaultTargets.PAUSE, Order.PAUSE, Order.RESUME)),
        new Weighted(
            2,
            random ->
                held(
                    random,
                    "open breaker",
                    FaultTargets.BREAKER,
                    Order.OPEN_BREAKER,
                    Order.RESET_BREAKER)),
        new Weighted(
            2, random -> once(random, Order.REDRIVE, "redrive", "", Set.of(FaultTargets.REDRIVE))));
  }

  private static Draw invalidated(RandomGenerator random, String topic) {
    return once(random, Order.INVALIDATE, "invalidate " + topic, topic, Set.of());
  }

  private static Draw once(
      RandomGenerator random, Order order, String name, String target, Set<String> holds) {
    int choice = random.nextInt();
    return Draw.moment(
        FaultKind.ORDER, name, holds, field -> field.orders().give(order, target, choice));
  }

  private static Draw held(
      RandomGenerator random, String name, String holds, Order begin, Order end) {
    int choice = random.nextInt();
    return Draw.of(
        FaultKind.ORDER,
        name,
        Set.of(holds),
        Draw.seconds(random, 1, 8),
        field -> field.orders().give(begin, "", choice),
        field -> field.orders().insist(end));
  }
}
