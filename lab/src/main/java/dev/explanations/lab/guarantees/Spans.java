package dev.explanations.lab.guarantees;

import dev.explanations.lab.guarantees.Observation.FaultChanged;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Times at which something lasted, by {@link System#nanoTime}. Several may last at once, each under
 * a name of its own.
 */
public final class Spans {

  private final List<Span> past = new ArrayList<>();
  private final Set<String> open = new HashSet<>();
  private long since;

  /**
   * @param to not part of it
   */
  private record Span(long from, long to) {}

  public void begin(String name, long nanos) {
    if (open.isEmpty()) {
      since = nanos;
    }
    open.add(name);
  }

  /** Of one that has not begun: nothing. */
  public void end(String name, long nanos) {
    if (open.remove(name) && open.isEmpty()) {
      past.add(new Span(since, Math.max(since + 1, nanos)));
    }
  }

  /** A fault lasts from its beginning to its end, and at that moment. */
  void saw(FaultChanged fault) {
    if (fault.begins()) {
      begin(fault.fault(), fault.nanos());
    } else {
      end(fault.fault(), fault.nanos());
      moment(fault.nanos());
    }
  }

  void moment(long nanos) {
    if (open.isEmpty()) {
      past.add(new Span(nanos, nanos + 1));
    }
  }

  /**
   * Whether anything lasted at a time from {@code from} to {@code to}, or less than a while before.
   */
  public boolean touch(long from, long to, long aWhile) {
    return (!open.isEmpty() && since <= to)
        || past.stream().anyMatch(span -> span.from <= to && span.to + aWhile > from);
  }

  /** How long anything lasted between two times, each a while longer than it did. */
  public long within(long from, long to, long aWhile) {
    long total = 0;
    long counted = from;
    for (Span span : past) {
      long begin = Math.max(counted, span.from);
      long end = Math.min(to, span.to + aWhile);
      total += Math.max(0, end - begin);
      counted = Math.max(counted, end);
    }
    return open.isEmpty() ? total : total + Math.max(0, to - Math.max(counted, since));
  }

  /** When the last one ended; the time given while one lasts, far in the past without any. */
  public long lastEnd(long now) {
    return !open.isEmpty() ? now : past.isEmpty() ? Long.MIN_VALUE / 2 : past.getLast().to;
  }
}
