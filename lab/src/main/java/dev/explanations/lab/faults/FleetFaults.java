package dev.explanations.lab.faults;

import dev.explanations.lab.faults.Draw.Weighted;
import dev.explanations.lab.faults.target.Fleet;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Faults of the fleet: a further worker joins and leaves, all roll to another model, a disk is
 * full.
 */
final class FleetFaults {

  private static final String MODEL = "GEMINI_MODEL";
  private static final Duration READY = Duration.ofSeconds(40);

  private FleetFaults() {}

  static List<Weighted> all(Scope scope) {
    List<Weighted> all = new ArrayList<>();
    all.add(new Weighted(2, FleetFaults::rebalances));
    if (scope.models().size() > 1) {
      all.add(new Weighted(1, random -> otherModel(random, scope)));
    }
    if (scope.smallDisk()) {
      all.add(new Weighted(1, FleetFaults::fullDisk));
    }
    return all;
  }

  private static Draw rebalances(RandomGenerator random) {
    int times = random.nextInt(2, 4);
    return Draw.of(
        FaultKind.REBALANCE,
        "join and leave %d times".formatted(times),
        Set.of(Scope.JOINER),
        Duration.ofSeconds(5),
        field -> {
          for (int i = 0; i < times; i++) {
            field.fleet().start(Scope.JOINER);
            field.fleet().awaitReady(Scope.JOINER, READY);
            field.fleet().stop(Scope.JOINER);
          }
        },
        field -> field.fleet().kill(Scope.JOINER));
  }

  /** Restarts worker after worker with another model, and later with the first again. */
  private static Draw otherModel(RandomGenerator random, Scope scope) {
    String first = scope.models().getFirst();
    String other = Draw.one(random, scope.models().subList(1, scope.models().size()));
    return Draw.of(
        FaultKind.VERSION,
        "roll to model " + other,
        Set.copyOf(scope.workers()),
        Draw.seconds(random, 10, 15),
        field -> roll(field.fleet(), scope.workers(), other),
        field -> roll(field.fleet(), scope.workers(), first));
  }

  private static void roll(Fleet fleet, List<String> workers, String model)
      throws InterruptedException {
    fleet.change(MODEL, model);
    for (String worker : workers) {
      fleet.stop(worker);
      fleet.start(worker);
      fleet.awaitReady(worker, READY);
    }
  }

  private static Draw fullDisk(RandomGenerator random) {
    return Draw.of(
        FaultKind.DISK,
        "full disk of " + Scope.SMALL,
        Set.of(Scope.SMALL),
        Draw.seconds(random, 8, 15),
        field -> {
          field.disk().mount();
          field.fleet().start(Scope.SMALL, field.disk().state());
          field.fleet().awaitReady(Scope.SMALL, READY);
          field.disk().fill();
        },
        field -> {
          field.fleet().kill(Scope.SMALL);
          field.disk().unmount();
        });
  }
}
