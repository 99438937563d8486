package dev.explanations.lab.faults;

import dev.explanations.lab.faults.Draw.Weighted;
import dev.explanations.lab.faults.target.FaultTargets;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import dev.explanations.lab.redis.RedisTrouble;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Redis with each kind of trouble. */
final class RedisFaults {

  private RedisFaults() {}

  static List<Weighted> all() {
    return List.of(new Weighted(10, RedisFaults::troubled));
  }

  private static Draw troubled(RandomGenerator random) {
    RedisTrouble trouble = Draw.one(random, List.of(RedisTrouble.values()));
    return Draw.of(
        FaultKind.REDIS,
        "Redis " + trouble.name().toLowerCase(Locale.ROOT),
        Set.of(FaultTargets.REDIS),
        Draw.seconds(random, 1, 15),
        field -> field.redis().begin(trouble),
        field -> field.redis().end(trouble));
  }
}
