package dev.explanations.lab.faults;

import dev.explanations.lab.faults.Draw.Weighted;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Workers that are killed, stopped and suspended. */
final class ProcessFaults {

  private ProcessFaults() {}

  static List<Weighted> all(Scope scope) {
    List<String> workers = scope.workers();
    return List.of(
        new Weighted(6, random -> killed(random, workers, 1)),
        new Weighted(2, random -> killed(random, workers, 2)),
        new Weighted(1, random -> killed(random, workers, workers.size())),
        new Weighted(4, random -> stopped(random, Draw.one(random, workers))),
        // longer than the session of 6 s, and shorter
        new Weighted(3, random -> suspended(Draw.one(random, workers), random, 7, 13)),
        new Weighted(1, random -> suspended(Draw.one(random, workers), random, 1, 4)));
  }

  private static Draw killed(RandomGenerator random, List<String> all, int count) {
    List<String> workers = Draw.some(random, all, count);
    return Draw.of(
        FaultKind.PROCESS,
        "kill " + String.join(" ", workers),
        Set.copyOf(workers),
        Draw.seconds(random, 1, 8),
        field -> workers.forEach(field.fleet()::kill),
        field -> workers.forEach(field.fleet()::start));
  }

  private static Draw stopped(RandomGenerator random, String worker) {
    return Draw.of(
        FaultKind.PROCESS,
        "stop " + worker,
        Set.of(worker),
        Draw.seconds(random, 1, 6),
        field -> field.fleet().stop(worker),
        field -> field.fleet().start(worker));
  }

  private static Draw suspended(String worker, RandomGenerator random, int least, int most) {
    Duration lasts = Draw.seconds(random, least, most);
    return Draw.of(
        FaultKind.PROCESS,
        "suspend %s for %d ms".formatted(worker, lasts.toMillis()),
        Set.of(worker),
        lasts,
        field -> field.fleet().suspend(worker),
        field -> field.fleet().resume(worker));
  }
}
