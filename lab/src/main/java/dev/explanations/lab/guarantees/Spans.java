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
   * @param to exclusive
   */
  private record Span(long from, long to) {}

  public void begin(String name, long nanos) {
    if (open.isEmpty()) {
      since = nanos;
    }
    open.add(name);
  }

  /** Ends a span; does nothing if none of that name has begun. */
  public void end(String name, long nanos) {
    if (open.remove(name) && open.isEmpty()) {
      past.add(new Span(since, Math.max(since + 1, nanos)));
    }
  }

  /** Ends all spans whose names begin so. */
  public void endAll(String prefix, long nanos) {
    List.copyOf(open).stream()
        .filter(name -> name.startsWith(prefix))
        .forEach(name -> end(name, nanos));
  }

  /** Adds the time of a fault, including the moment of its end. */
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
   * Whether anything lasted at a time from {@code from} to {@code to}, or had ended less than
   * {@code aWhile} before.
   */
  public boolean touch(long from, long to, long aWhile) {
    return (!open.isEmpty() && since <= to)
        || past.stream().anyMatch(span -> span.from <= to && span.to + aWhile > from);
  }

  /**
   * Nanoseconds between two times in which anything lasted; each span is prolonged by {@code
   * aWhile}.
   */
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

  /** End of the last span: {@code now} while one lasts, the distant past if there was none. */
  public long lastEnd(long now) {
    return !open.isEmpty() ? now : past.isEmpty() ? Long.MIN_VALUE / 2 : past.getLast().to;
  }
}
