package dev.explanations.lab.guarantees.promise;

import dev.explanations.lab.guarantees.Limits;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.CallBegan;
import dev.explanations.lab.guarantees.Observation.CallEnded;
import dev.explanations.lab.guarantees.Observation.Change;
import dev.explanations.lab.guarantees.Observation.WorkerChanged;
import dev.explanations.lab.guarantees.ViolationLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * No process has more calls under way than {@code GEMINI_MAX_IN_FLIGHT}, those beyond their time
 * limit left out, nor begins more in a minute than {@code GEMINI_REQUESTS_PER_MINUTE}. The minute
 * is shorter by the slack: a call may take as long to arrive.
 */
final class LimitsKept extends ViolationLog {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Limits limits;
  private final long slack;

  /** Observations by time: a call's end may be reported after the next call's beginning. */
  private final PriorityQueue<Observation> ahead =
      new PriorityQueue<>(Comparator.comparingLong(Observation::nanos));

  private final Map<String, Life> lives = new HashMap<>();
  private final Map<Long, Life> callers = new HashMap<>();
  private long latest = Long.MIN_VALUE;

  private static final class Life {

    /** Time at which each call began, by its number. */
    final Map<Long, Long> running = new LinkedHashMap<>();

    final Deque<Long> lastMinute = new ArrayDeque<>();
  }

  LimitsKept(Limits limits) {
    this.limits = limits;
    this.slack = limits.slack().toNanos();
  }

  @Override
  public void saw(Observation observation) {
    latest = Math.max(latest, observation.nanos());
    if (observation instanceof CallBegan
        || observation instanceof CallEnded
        || observation instanceof WorkerChanged) {
      ahead.add(observation);
    }
    settle(latest - slack);
  }

  private void settle(long until) {
    while (!ahead.isEmpty() && ahead.peek().nanos() <= until) {
      switch (ahead.remove()) {
        case CallBegan call -> began(call);
        case CallEnded call -> ended(call.call());
        case WorkerChanged it -> changed(it);
        default -> throw new IllegalStateException("BUG: not looked at");
      }
    }
  }

  private void began(CallBegan call) {
    Life life = lives.computeIfAbsent(call.worker(), _ -> new Life());
    long outOfTime = call.nanos() - limits.callTimeout().toNanos() + slack;
    life.running
        .entrySet()
        .removeIf(
            each -> {
              boolean old = each.getValue() <= outOfTime;
              if (old) {
                callers.remove(each.getKey());
              }
              return old;
            });
    life.running.put(call.call(), call.nanos());
    callers.put(call.call(), life);
    if (life.running.size() > limits.maxInFlight()) {
      broken(
          call.nanos(),
          "%s has %d calls in flight with call %d: %d are allowed"
              .formatted(call.worker(), life.running.size(), call.call(), limits.maxInFlight()));
    }
    perMinute(call, life.lastMinute);
  }

  private void perMinute(CallBegan call, Deque<Long> lastMinute) {
    if (limits.requestsPerMinute() == 0) {
      return;
    }
    long minuteAgo = call.nanos() - MINUTE.toNanos() + slack;
    while (!lastMinute.isEmpty() && lastMinute.getFirst() <= minuteAgo) {
      lastMinute.removeFirst();
    }
    lastMinute.addLast(call.nanos());
    if (lastMinute.size() > limits.requestsPerMinute()) {
      broken(
          call.nanos(),
          "%s made %d calls within %d ms with call %d: %d a minute are allowed"
              .formatted(
                  call.worker(),
                  lastMinute.size(),
                  (call.nanos() - lastMinute.getFirst()) / 1_000_000,
                  call.call(),
                  limits.requestsPerMinute()));
      lastMinute.clear();
    }
  }

  private void ended(long call) {
    Life life = callers.remove(call);
    if (life != null) {
      life.running.remove(call);
    }
  }

  /**
   * Forgets the last minute of a resumed worker: calls on their way at its suspension arrive then.
   * Forgets a worker that was killed or died.
   */
  private void changed(WorkerChanged it) {
    Life life = lives.get(it.worker());
    if (life != null && it.change() == Change.RESUMED) {
      life.lastMinute.clear();
    }
    if (life != null && (it.change() == Change.KILLED || it.change() == Change.DIED)) {
      life.running.keySet().forEach(callers::remove);
      lives.remove(it.worker());
    }
  }

  @Override
  protected void end() {
    settle(Long.MAX_VALUE);
  }
}
