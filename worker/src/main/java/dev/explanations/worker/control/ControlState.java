package dev.explanations.worker.control;

import dev.explanations.worker.contract.peer.Command.ClearCache;
import dev.explanations.worker.contract.peer.Command.HoldBreakerOpen;
import dev.explanations.worker.contract.peer.Command.InvalidateCache;
import dev.explanations.worker.contract.peer.Command.Pause;
import dev.explanations.worker.contract.peer.Command.ResetBreaker;
import dev.explanations.worker.contract.peer.Command.Resume;
import dev.explanations.worker.contract.peer.Command.SetBudget;
import dev.explanations.worker.contract.peer.Command.SetCandidateShare;
import dev.explanations.worker.spending.BudgetLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * State that the control topic describes, up to the last record read. Immutable.
 *
 * @param breakersHeldOpen by name, until they are reset
 * @param candidateShare of all questions, which the candidate prompt answers
 * @param budget limits that override those of the settings
 * @param workers by instance id: every worker that has not closed, also those that may be dead
 */
public record ControlState(
    CacheState cache,
    Set<String> breakersHeldOpen,
    boolean paused,
    double candidateShare,
    BudgetLimits budget,
    Map<String, Sighting> workers) {

  /** A worker that is silent for longer is not waited for. */
  static final Duration SILENCE = Duration.ofSeconds(15);

  /**
   * Own heartbeats come back every 5 s: after this time without any record the topic was not read.
   */
  static final Duration DISCONNECTED = Duration.ofSeconds(10);

  /** Bound of workers, and of breakers held open; further ones are ignored. */
  static final int MAX_NAMES = 1_000;

  static final ControlState UNKNOWN =
      new ControlState(CacheState.UNKNOWN, Set.of(), false, 0, BudgetLimits.OF_SETTINGS, Map.of());

  public ControlState {
    breakersHeldOpen = Set.copyOf(breakersHeldOpen);
    workers = Map.copyOf(workers);
  }

  /**
   * A worker's last sign of life.
   *
   * @param applied the offset up to which it has applied the control topic
   * @param heardAt by this worker's clock
   */
  public record Sighting(long applied, Instant heardAt) {}

  /** The offset that each live worker has applied the control topic up to, by instance id. */
  public Map<String, Long> live(Instant now) {
    Map<String, Long> live = new TreeMap<>();
    liveWorkers(now).forEach((instance, sighting) -> live.put(instance, sighting.applied()));
    return live;
  }

  /** The last signs of life of each live worker, by instance id. */
  public Map<String, Sighting> liveWorkers(Instant now) {
    Map<String, Sighting> live = new TreeMap<>(workers);
    live.values().removeIf(sighting -> !isLive(sighting, now));
    return live;
  }

  private static boolean isLive(Sighting sighting, Instant now) {
    return !now.isAfter(sighting.heardAt().plus(SILENCE));
  }

  List<String> silentSince(Instant time) {
    return workers.entrySet().stream()
        .filter(worker -> worker.getValue().heardAt().isBefore(time))
        .map(Map.Entry::getKey)
        .toList();
  }

  ControlState inTopic(String topicId) {
    return new ControlState(
        cache.inTopic(topicId), breakersHeldOpen, paused, candidateShare, budget, workers);
  }

  /**
   * @param commands in the order of the topic
   */
  ControlState with(Collection<OrderedCommand> commands) {
    Set<String> heldOpen = new TreeSet<>(breakersHeldOpen);
    boolean pause = paused;
    double share = candidateShare;
    BudgetLimits limits = budget;
    for (OrderedCommand each : commands) {
      switch (each.command()) {
        case HoldBreakerOpen(String breaker) -> {
          if (heldOpen.size() < MAX_NAMES) {
            heldOpen.add(breaker);
          }
        }
        case ResetBreaker(String breaker) -> heldOpen.remove(breaker);
        case Pause() -> pause = true;
        case Resume() -> pause = false;
        case SetCandidateShare(double next) -> share = next;
        case SetBudget(BudgetLimits next) -> limits = next;
        case ClearCache _, InvalidateCache _ -> {}
      }
    }
    return new ControlState(cache.with(commands), heldOpen, pause, share, limits, workers);
  }

  ControlState heard(String instance, long applied, Instant at) {
    if (workers.size() >= MAX_NAMES && !workers.containsKey(instance)) {
      return this;
    }
    Map<String, Sighting> all = new TreeMap<>(workers);
    all.put(instance, new Sighting(applied, at));
    return withWorkers(all);
  }

  ControlState departed(String instance) {
    Map<String, Sighting> rest = new TreeMap<>(workers);
    rest.remove(instance);
    return withWorkers(rest);
  }

  /** Drops an invalidation older than every entry that it could concern. */
  ControlState expired(String hash, Instant expiredBefore) {
    return new ControlState(
        cache.without(hash, expiredBefore),
        breakersHeldOpen,
        paused,
        candidateShare,
        budget,
        workers);
  }

  /**
   * After a time in which the topic was not read: workers that were live when it began count as
   * heard now, since their heartbeats may have been missed.
   */
  ControlState disconnectedBetween(Instant lastHeard, Instant now) {
    if (!now.isAfter(lastHeard.plus(DISCONNECTED))) {
      return this;
    }
    Map<String, Sighting> all = new TreeMap<>(workers);
    all.replaceAll(
        (instance, sighting) ->
            isLive(sighting, lastHeard) ? new Sighting(sighting.applied(), now) : sighting);
    return withWorkers(all);
  }

  private ControlState withWorkers(Map<String, Sighting> workers) {
    return new ControlState(cache, breakersHeldOpen, paused, candidateShare, budget, workers);
  }
}
