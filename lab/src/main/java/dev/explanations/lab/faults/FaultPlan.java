package dev.explanations.lab.faults;

import dev.explanations.lab.faults.Draw.Weighted;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Faults and their times, the same for the same seed, duration and scope. The last tenth is calm.
 *
 * @param faults in the order of their beginnings
 */
public record FaultPlan(long seed, Duration duration, List<Planned> faults) {

  private static final int LEAST_BETWEEN = 3;
  private static final int MOST_BETWEEN = 11;
  private static final int ATTEMPTS = 50;
  private static final double BUSY = 0.9;

  /**
   * Share of machine faults among all draws. Small, since the start of a process takes seconds of a
   * core, and everything shares two cores.
   */
  private static final double OF_MACHINES = 0.28;

  /**
   * A fault and its time.
   *
   * @param begin since the start of the run
   * @param lasts time between the return of its first step and its last one; zero for a fault of a
   *     moment
   */
  public record Planned(Duration begin, Fault fault, Duration lasts) {
    Duration end() {
      return begin.plus(lasts);
    }
  }

  public FaultPlan {
    faults = List.copyOf(faults);
  }

  /** Draws a plan: a fault begins every 3 to 11 s. */
  public static FaultPlan of(long seed, Duration duration, Scope scope) {
    RandomGenerator random = new Random(seed);
    List<Weighted> machines = machines(scope);
    List<Weighted> others = others(scope);
    Duration busy = Duration.ofMillis(Math.round(duration.toMillis() * BUSY));
    Map<String, Duration> heldUntil = new HashMap<>();
    List<Planned> faults = new ArrayList<>();
    Duration begin = Draw.seconds(random, LEAST_BETWEEN, MOST_BETWEEN);
    while (begin.compareTo(busy) < 0) {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Draw draw = draw(random.nextDouble() < OF_MACHINES ? machines : others, random);
        Planned planned = new Planned(begin, draw.fault(), draw.lasts());
        Duration over = planned.end().plus(afterwards(draw.fault().kind()));
        if (over.compareTo(busy) <= 0 && isFree(planned, heldUntil)) {
          faults.add(planned);
          draw.fault().holds().forEach(held -> heldUntil.put(held, over));
          break;
        }
      }
      begin = begin.plus(Draw.seconds(random, LEAST_BETWEEN, MOST_BETWEEN));
    }
    return new FaultPlan(seed, duration, faults);
  }

  private static List<Weighted> machines(Scope scope) {
    List<Weighted> all = new ArrayList<>();
    all.addAll(ProcessFaults.all(scope));
    all.addAll(BrokerFaults.all());
    all.addAll(NetworkFaults.all(scope));
    return all;
  }

  private static List<Weighted> others(Scope scope) {
    List<Weighted> all = new ArrayList<>();
    all.addAll(FleetFaults.all(scope));
    all.addAll(GeminiFaults.all());
    all.addAll(RedisFaults.all());
    all.addAll(CommandFaults.all(scope));
    all.addAll(RecordFaults.all());
    return all;
  }

  private static Draw draw(List<Weighted> catalogue, RandomGenerator random) {
    int left = random.nextInt(catalogue.stream().mapToInt(Weighted::weight).sum());
    for (Weighted each : catalogue) {
      left -= each.weight();
      if (left < 0) {
        return each.sort().next(random);
      }
    }
    throw new IllegalStateException("BUG: no weight left");
  }

  private static boolean isFree(Planned planned, Map<String, Duration> heldUntil) {
    return planned.fault().holds().stream()
        .map(held -> heldUntil.getOrDefault(held, Duration.ZERO))
        .allMatch(until -> until.compareTo(planned.begin()) <= 0);
  }

  /**
   * Recovery time after a fault: a process needs a few seconds after its start; workers that start
   * one after the other need 15 s each, as measured on a busy machine.
   */
  private static Duration afterwards(FaultKind kind) {
    return switch (kind) {
      case PROCESS, BROKER, NETWORK -> Duration.ofSeconds(6);
      case DISK -> Duration.ofSeconds(20);
      case REBALANCE -> Duration.ofMinutes(1);
      case VERSION -> Duration.ofMinutes(2);
      case GEMINI, REDIS, ORDER, RECORDS -> Duration.ZERO;
    };
  }
}
