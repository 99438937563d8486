package dev.explanations.lab.guarantees.promise;

import dev.explanations.lab.guarantees.Disturbance;
import dev.explanations.lab.guarantees.Limits;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.Progress;
import dev.explanations.lab.guarantees.ViolationLog;
import java.util.HashMap;
import java.util.Map;

/**
 * No partition with something to read stands still for longer than the limit, not counting the time
 * in which machines are at fault or workers come and go, and a session after it.
 */
final class StreamNeverStops extends ViolationLog {

  private final long silence;
  private final long session;
  private final Disturbance trouble = new Disturbance();
  private final Map<String, Stall> stalls = new HashMap<>();

  private static final class Stall {
    long committed;
    long since;
    boolean told;

    Stall(long committed, long since) {
      this.committed = committed;
      this.since = since;
    }
  }

  StreamNeverStops(Limits limits) {
    this.silence = limits.silence().toNanos();
    this.session = limits.session().toNanos();
  }

  @Override
  public void saw(Observation observation) {
    trouble.saw(observation);
    if (observation instanceof Progress it) {
      String partition = it.topic() + "/" + it.partition();
      Stall stall = stalls.get(partition);
      if (it.committed() >= it.end()) {
        stalls.remove(partition);
      } else if (stall == null || stall.committed != it.committed()) {
        stalls.put(partition, new Stall(it.committed(), it.nanos()));
      } else {
        look(partition, stall, it);
      }
    }
  }

  private void look(String partition, Stall stall, Progress it) {
    long quietSince = Math.max(stall.since, trouble.spans().lastEnd(it.nanos()) + session);
    if (!stall.told && it.nanos() - quietSince > silence) {
      stall.told = true;
      broken(
          it.nanos(),
          "%s stands still at %d of %d for %d ms"
              .formatted(
                  partition, it.committed(), it.end(), (it.nanos() - stall.since) / 1_000_000));
    }
  }
}
