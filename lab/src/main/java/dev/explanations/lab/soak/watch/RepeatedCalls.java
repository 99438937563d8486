package dev.explanations.lab.soak.watch;

import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.CallBegan;
import dev.explanations.lab.guarantees.Observation.CallEnded;
import dev.explanations.lab.guarantees.Observation.Change;
import dev.explanations.lab.guarantees.Observation.FaultChanged;
import dev.explanations.lab.guarantees.Observation.Order;
import dev.explanations.lab.guarantees.Observation.OrderSent;
import dev.explanations.lab.guarantees.Observation.Ordered;
import dev.explanations.lab.guarantees.Observation.WorkerChanged;
import dev.explanations.lab.simulator.script.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the reason for each call that repeats a question. Used under the lock of {@link Figures}.
 */
public final class RepeatedCalls {

  public enum Reason {
    FAILED("the call before failed"),
    OTHER_MODEL("another model was asked"),
    CLEARED("the answer was cleared or invalidated"),
    EXPIRED("the answer had expired"),
    WORKER_LOST("the worker that called was killed, suspended or cut off"),
    DISTURBED("brokers, networks or processes were at fault meanwhile"),
    NOT_DELIVERED("the answer could not be delivered, or too late"),
    UNEXPLAINED("none of these");

    private final String words;

    Reason(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  private static final Set<Change> LOST =
      Set.of(Change.KILLED, Change.DIED, Change.SUSPENDED, Change.CUT);

  private static final class Asked {
    final CallBegan began;
    @Nullable CallEnded ended;

    Asked(CallBegan began) {
      this.began = began;
    }
  }

  private final Duration ttl;
  private final Duration callTimeout;
  private final Map<String, Asked> latest = new HashMap<>();
  private final Map<Long, Asked> running = new HashMap<>();
  private final Map<String, Long> lostAt = new HashMap<>();
  private final Map<Reason, Long> counts = new EnumMap<>(Reason.class);
  private final List<String> unexplained = new ArrayList<>();
  private long voidedAt = Long.MIN_VALUE;
  private long disturbedAt = Long.MIN_VALUE;
  private int disturbances;

  /**
   * @param ttl age at which an answer expires, less the time by which clocks may differ
   */
  public RepeatedCalls(Duration ttl, Duration callTimeout) {
    this.ttl = ttl;
    this.callTimeout = callTimeout;
  }

  void saw(Observation observation) {
    switch (observation) {
      case CallBegan began -> began(began);
      case CallEnded ended -> {
        Asked call = running.remove(ended.call());
        if (call != null) {
          call.ended = ended;
        }
      }
      case WorkerChanged changed when LOST.contains(changed.change()) ->
          lostAt.put(changed.worker(), changed.nanos());
      case Ordered ordered -> ordered(ordered.order(), ordered.nanos());
      case OrderSent sent -> ordered(sent.order(), sent.nanos());
      case FaultChanged fault when fault.kind().isOfMachines() -> {
        disturbances += fault.begins() ? 1 : -1;
        disturbedAt = fault.nanos();
      }
      default -> {}
    }
  }

  Map<Reason, Long> counts() {
    return new EnumMap<>(counts);
  }

  /** Describes each repeated call without a reason. */
  List<String> unexplained() {
    return List.copyOf(unexplained);
  }

  private void ordered(Order order, long nanos) {
    if (order == Order.CLEAR || order == Order.INVALIDATE) {
      voidedAt = nanos;
    }
  }

  private void began(CallBegan call) {
    Asked asked = new Asked(call);
    running.put(call.call(), asked);
    Asked before = latest.put(call.question(), asked);
    if (before == null) {
      return;
    }
    Reason reason = reason(before, call);
    counts.merge(reason, 1L, Long::sum);
    if (reason == Reason.UNEXPLAINED) {
      unexplained.add(
          "call %d of %s asks '%s' %d ms after call %d of %s began"
              .formatted(
                  call.call(),
                  call.worker(),
                  call.question(),
                  Duration.ofNanos(call.nanos() - before.began.nanos()).toMillis(),
                  before.began.call(),
                  before.began.worker()));
    }
  }

  private Reason reason(Asked before, CallBegan call) {
    CallEnded ended = before.ended;
    long begun = before.began.nanos();
    if (ended != null && !isComplete(ended.reply())) {
      return Reason.FAILED;
    }
    if (!before.began.model().equals(call.model())) {
      return Reason.OTHER_MODEL;
    }
    if (voidedAt >= begun) {
      return Reason.CLEARED;
    }
    long end = ended == null ? call.nanos() : ended.nanos();
    if ((ended != null && !ended.delivered()) || end - begun >= callTimeout.toNanos()) {
      return Reason.NOT_DELIVERED;
    }
    if (ended != null && call.nanos() - end >= ttl.toNanos()) {
      return Reason.EXPIRED;
    }
    if (lostAt.getOrDefault(before.began.worker(), Long.MIN_VALUE) >= begun) {
      return Reason.WORKER_LOST;
    }
    return disturbances > 0 || disturbedAt >= begun ? Reason.DISTURBED : Reason.UNEXPLAINED;
  }

  private static boolean isComplete(Reply reply) {
    return reply instanceof Reply.Answer || reply instanceof Reply.SlowBody;
  }
}
