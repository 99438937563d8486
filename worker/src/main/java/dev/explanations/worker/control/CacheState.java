package dev.explanations.worker.control;

import dev.explanations.worker.contract.peer.Command.ClearCache;
import dev.explanations.worker.contract.peer.Command.HoldBreakerOpen;
import dev.explanations.worker.contract.peer.Command.InvalidateCache;
import dev.explanations.worker.contract.peer.Command.Pause;
import dev.explanations.worker.contract.peer.Command.ResetBreaker;
import dev.explanations.worker.contract.peer.Command.Resume;
import dev.explanations.worker.contract.peer.Command.SetBudget;
import dev.explanations.worker.contract.peer.Command.SetCandidateShare;
import dev.explanations.worker.contract.peer.Command.Target;
import dev.explanations.worker.contract.peer.Generation;
import dev.explanations.worker.explanation.FoldedHashes;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Which cached explanations commands have voided. Immutable.
 *
 * <p>Entries of the state store are judged by the order of the control topic. Redis is shared with
 * other applications and knows no order, so its entries are judged by clocks.
 */
public final class CacheState {

  /** How far two workers' clocks may be apart without a void entry being served from Redis. */
  private static final Duration SKEW = Duration.ofSeconds(5);

  /** Beyond it the oldest are replaced by a clear, which costs calls but serves nothing void. */
  static final int MAX_INVALIDATIONS = 10_000;

  /** Nothing is known yet: every entry of a state store is void. */
  public static final CacheState UNKNOWN =
      new CacheState(Generation.UNKNOWN, new Mark(-1, Instant.MIN), new LinkedHashMap<>());

  private final Generation generation;
  private final Mark cleared;

  /** By question hash or topic hash, oldest first. */
  private final Map<String, Mark> invalidations;

  /** A command's place in the order, and in time. */
  private record Mark(long offset, Instant at) {

    /** Union of both: the later offset and the later time. */
    Mark and(Mark other) {
      return new Mark(Math.max(offset, other.offset), at.isAfter(other.at) ? at : other.at);
    }

    boolean spares(Instant calledAt) {
      return calledAt.isAfter(at.plus(SKEW));
    }
  }

  private CacheState(Generation generation, Mark cleared, SequencedMap<String, Mark> oldestFirst) {
    this.generation = generation;
    this.invalidations = oldestFirst;
    Mark floor = cleared;
    Iterator<Mark> oldest = oldestFirst.values().iterator();
    while (oldestFirst.size() > MAX_INVALIDATIONS) {
      floor = floor.and(oldest.next());
      oldest.remove();
    }
    this.cleared = floor;
  }

  /** Captured when a call begins, and stored with its outcome. */
  public Generation generation() {
    return generation;
  }

  /**
   * Whether an entry of the state store may be served, or an answer stored there.
   *
   * @param captured generation captured when its call began. An entry of another control topic is
   *     void, since commands of that topic may be lost
   */
  public boolean admits(Generation captured, FoldedHashes hashes) {
    return captured.isAtLeast(required(() -> hashes));
  }

  /**
   * Lowest generation with which an entry of the state store may be served.
   *
   * @param hashes asked for only if there are invalidations
   */
  public Generation required(Supplier<FoldedHashes> hashes) {
    long offset = cleared.offset();
    if (!invalidations.isEmpty()) {
      for (Mark mark : marks(hashes.get())) {
        offset = Math.max(offset, mark.offset());
      }
    }
    return new Generation(generation.topicId(), offset);
  }

  /** Whether an entry of Redis may be served, by when its call began. */
  public boolean admitsFromRedis(Instant calledAt, FoldedHashes hashes) {
    return cleared.spares(calledAt)
        && marks(hashes).stream().allMatch(mark -> mark.spares(calledAt));
  }

  private List<Mark> marks(FoldedHashes hashes) {
    return Stream.of(hashes.question(), hashes.topic())
        .map(invalidations::get)
        .filter(Objects::nonNull)
        .toList();
  }

  public int invalidations() {
    return invalidations.size();
  }

  List<String> invalidatedBefore(Instant time) {
    return invalidations.entrySet().stream()
        .filter(entry -> entry.getValue().at().isBefore(time))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * The state when the control topic is this one. What was void stays so if it is another than
   * before: state stores void generations of another topic, and Redis is judged by time.
   */
  CacheState inTopic(String topicId) {
    if (topicId.equals(generation.topicId())) {
      return this;
    }
    LinkedHashMap<String, Mark> timesOnly = new LinkedHashMap<>();
    invalidations.forEach((hash, mark) -> timesOnly.put(hash, new Mark(-1, mark.at())));
    return new CacheState(new Generation(topicId, -1), new Mark(-1, cleared.at()), timesOnly);
  }

  /** The state after these commands, in the order of the topic. */
  CacheState with(Collection<OrderedCommand> applied) {
    long last = generation.offset();
    Mark clear = cleared;
    LinkedHashMap<String, Mark> all = new LinkedHashMap<>(invalidations);
    for (OrderedCommand each : applied) {
      Mark mark = new Mark(each.offset(), each.at());
      boolean concernsCache =
          switch (each.command()) {
            // invalidations stay: they are to be deleted from the topic in their time
            case ClearCache() -> {
              clear = clear.and(mark);
              yield true;
            }
            case InvalidateCache(Target target) -> {
              Mark earlier = all.remove(target.hash());
              all.put(target.hash(), earlier == null ? mark : mark.and(earlier));
              yield true;
            }
            case HoldBreakerOpen _,
                ResetBreaker _,
                Pause _,
                Resume _,
                SetCandidateShare _,
                SetBudget _ ->
                false;
          };
      last = concernsCache ? Math.max(last, each.offset()) : last;
    }
    return new CacheState(new Generation(generation.topicId(), last), clear, all);
  }

  /** Drops an invalidation older than every entry that it could concern. */
  CacheState without(String hash, Instant expiredBefore) {
    Mark mark = invalidations.get(hash);
    if (mark == null || !mark.at().isBefore(expiredBefore)) {
      return this;
    }
    LinkedHashMap<String, Mark> rest = new LinkedHashMap<>(invalidations);
    rest.remove(hash);
    return new CacheState(generation, cleared, rest);
  }
}
