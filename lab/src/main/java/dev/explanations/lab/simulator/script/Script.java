package dev.explanations.lab.simulator.script;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Chooses the behaviour of each call. Thread-safe. */
public final class Script {

  private static final int UNLIMITED = Integer.MAX_VALUE;

  private static final class Rule {
    final Predicate<Call> when;
    final Behaviour behaviour;
    int callsLeft;

    Rule(Predicate<Call> when, Behaviour behaviour, int callsLeft) {
      this.when = when;
      this.behaviour = behaviour;
      this.callsLeft = callsLeft;
    }
  }

  private final Behaviour initial;
  private final Deque<Rule> newestFirst = new ArrayDeque<>();
  private Behaviour otherwise;
  private @Nullable Behaviour phase;

  public Script(Behaviour initial) {
    this.initial = initial;
    this.otherwise = initial;
  }

  public synchronized void otherwise(Behaviour behaviour) {
    otherwise = behaviour;
  }

  public synchronized void add(Predicate<Call> when, Behaviour behaviour) {
    newestFirst.addFirst(new Rule(when, behaviour, UNLIMITED));
  }

  /** Returns what forgets the rule. */
  public synchronized Runnable add(Predicate<Call> when, Behaviour behaviour, int calls) {
    if (calls < 1) {
      throw new IllegalArgumentException("calls must be at least 1, not " + calls);
    }
    Rule rule = new Rule(when, behaviour, calls);
    newestFirst.addFirst(rule);
    return () -> forget(rule);
  }

  private synchronized void forget(Rule rule) {
    newestFirst.remove(rule);
  }

  /** Overrides the behaviour of calls that no rule matches, until {@link #leavePhase}. */
  public synchronized void enterPhase(Behaviour behaviour) {
    phase = behaviour;
  }

  public synchronized void leavePhase() {
    phase = null;
  }

  public synchronized void forget() {
    newestFirst.clear();
    otherwise = initial;
  }

  /** Uses up one call of the rule that applies. */
  public synchronized Behaviour next(Call call) {
    for (Iterator<Rule> rules = newestFirst.iterator(); rules.hasNext(); ) {
      Rule rule = rules.next();
      if (rule.when.test(call)) {
        if (rule.callsLeft != UNLIMITED && --rule.callsLeft == 0) {
          rules.remove();
        }
        return rule.behaviour;
      }
    }
    return phase == null ? otherwise : phase;
  }
}
