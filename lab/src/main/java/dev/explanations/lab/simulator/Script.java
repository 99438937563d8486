package dev.explanations.lab.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Chooses the behaviour of each call. All methods may be called from any thread. */
final class Script {

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

  Script(Behaviour initial) {
    this.initial = initial;
    this.otherwise = initial;
  }

  synchronized void otherwise(Behaviour behaviour) {
    otherwise = behaviour;
  }

  synchronized void add(Predicate<Call> when, Behaviour behaviour) {
    newestFirst.addFirst(new Rule(when, behaviour, UNLIMITED));
  }

  /** Returns what forgets the rule. */
  synchronized Runnable add(Predicate<Call> when, Behaviour behaviour, int calls) {
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

  /** What calls do that no rule matches, whatever else was said, until {@link #leavePhase}. */
  synchronized void enterPhase(Behaviour behaviour) {
    phase = behaviour;
  }

  synchronized void leavePhase() {
    phase = null;
  }

  synchronized void forget() {
    newestFirst.clear();
    otherwise = initial;
  }

  /** Uses up one call of the rule that applies. */
  synchronized Behaviour next(Call call) {
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
