package dev.explanations.lab.guarantees.promise;

import dev.explanations.lab.guarantees.Limits;
import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.CallBegan;
import dev.explanations.lab.guarantees.Observation.CallEnded;
import dev.explanations.lab.guarantees.Observation.MetricsRead;
import dev.explanations.lab.guarantees.Observation.WorkerChanged;
import dev.explanations.lab.guarantees.ViolationLog;
import dev.explanations.lab.simulator.script.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * A living worker's meters count the tokens of all replies that reached it, and no others. Replies
 * that were cut off, late, or came while it was suspended may be counted or not. A reading may be
 * outdated by the slack and one second, for which the worker keeps rendered metrics.
 */
final class CallsAccounted extends ViolationLog {

  private static final Duration RENDERED = Duration.ofSeconds(1);

  private final long slack;
  private final long delay;
  private final long patience;
  private final Map<Long, CallBegan> running = new HashMap<>();
  private final Map<String, Life> lives = new HashMap<>();
  private long latest = Long.MIN_VALUE / 2;

  private static final class Life {
    Tokens least = Tokens.NONE;
    Tokens most = Tokens.NONE;

    /** Replies that are not yet in the sums. */
    final List<Ended> late = new ArrayList<>();

    final Deque<MetricsRead> reads = new ArrayDeque<>();
    boolean suspended;
    long resumed = Long.MIN_VALUE / 2;
  }

  private record Tokens(long prompt, long output) {
    static final Tokens NONE = new Tokens(0, 0);

    Tokens plus(Tokens other) {
      return new Tokens(prompt + other.prompt, output + other.output);
    }

    boolean isAtMost(Tokens other) {
      return prompt <= other.prompt && output <= other.output;
    }
  }

  /**
   * @param sure whether the worker must have counted the reply
   */
  private record Ended(long nanos, Tokens tokens, boolean sure) {}

  CallsAccounted(Limits limits) {
    this.slack = limits.slack().toNanos();
    this.delay = slack + RENDERED.toNanos();
    this.patience = limits.callTimeout().toNanos() - slack;
  }

  @Override
  public void saw(Observation observation) {
    latest = Math.max(latest, observation.nanos());
    switch (observation) {
      case CallBegan it -> running.put(it.call(), it);
      case CallEnded it -> ended(it);
      case WorkerChanged it -> changed(it);
      case MetricsRead it -> life(it.worker()).reads.add(it);
      default -> {
        return;
      }
    }
    settle(latest - delay);
  }

  private Life life(String worker) {
    return lives.computeIfAbsent(worker, _ -> new Life());
  }

  private void ended(CallEnded it) {
    CallBegan began = running.remove(it.call());
    if (began == null) {
      return;
    }
    Life life = life(began.worker());
    boolean whole =
        it.status() == 200
            && it.delivered()
            && it.reply() != Reply.Canned.TRUNCATED_JSON
            && !(it.reply() instanceof Reply.SlowBody);
    boolean sure =
        whole
            && it.nanos() - began.nanos() < patience
            && !life.suspended
            && it.nanos() > life.resumed + slack;
    life.late.add(new Ended(it.nanos(), new Tokens(it.promptTokens(), it.outputTokens()), sure));
  }

  private void changed(WorkerChanged it) {
    Life life = life(it.worker());
    switch (it.change()) {
      case SUSPENDED -> {
        life.suspended = true;
        life.late.replaceAll(
            each ->
                each.nanos > it.nanos() - slack ? new Ended(each.nanos, each.tokens, false) : each);
      }
      case RESUMED -> {
        life.suspended = false;
        life.resumed = it.nanos();
      }
      case STARTED, READY, KILLED, STOPPING, STOPPED, DIED, CUT, RECONNECTED -> {}
    }
  }

  private void settle(long until) {
    for (Map.Entry<String, Life> each : lives.entrySet()) {
      Life life = each.getValue();
      while (!life.reads.isEmpty() && life.reads.peek().nanos() <= until) {
        judge(each.getKey(), life, life.reads.remove());
      }
      fold(life, until - 2 * delay);
    }
  }

  /**
   * Moves old replies into the sums: all into what a later reading may show, the sure ones into
   * what it must show.
   */
  private static void fold(Life life, long before) {
    for (Iterator<Ended> ended = life.late.iterator(); ended.hasNext(); ) {
      Ended each = ended.next();
      if (each.nanos < before) {
        life.most = life.most.plus(each.tokens);
        life.least = each.sure ? life.least.plus(each.tokens) : life.least;
        ended.remove();
      }
    }
  }

  private void judge(String worker, Life life, MetricsRead read) {
    Tokens least = life.least;
    Tokens most = life.most;
    for (Ended each : life.late) {
      if (each.nanos <= read.nanos()) {
        most = most.plus(each.tokens);
      }
      if (each.sure && each.nanos + delay <= read.nanos()) {
        least = least.plus(each.tokens);
      }
    }
    Tokens counted = new Tokens(counter(read, "prompt"), counter(read, "output"));
    if (!least.isAtMost(counted) || !counted.isAtMost(most)) {
      broken(
          read.nanos(),
          "%s counts %s, its replies had %s at least and %s at most"
              .formatted(worker, counted, least, most));
    }
  }

  private static long counter(MetricsRead read, String kind) {
    return (long)
        read.values().entrySet().stream()
            .filter(each -> each.getKey().startsWith("explanation_tokens_total"))
            .filter(each -> each.getKey().contains("kind=\"" + kind + "\""))
            .mapToDouble(Map.Entry::getValue)
            .sum();
  }

  @Override
  protected void end() {
    settle(Long.MAX_VALUE / 2);
  }
}
