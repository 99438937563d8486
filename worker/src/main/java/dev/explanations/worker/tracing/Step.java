package dev.explanations.worker.tracing;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a request's way that is over.
 *
 * @param parent what it belongs to; {@code null} begins a trace
 * @param link the traceparent of what served it, and other requests too
 * @param end not before the start: a clock that was set back in between is corrected
 * @param error a code if it failed; the attributes have it too, unless they have another
 * @param attributes values are strings, longs and lists of strings
 */
public record Step(
    Kind kind,
    @Nullable TraceContext parent,
    Instant start,
    Instant end,
    @Nullable String link,
    @Nullable String error,
    Map<String, Object> attributes) {

  public Step {
    end = end.isBefore(start) ? start : end;
    Map<String, Object> all = new HashMap<>(attributes);
    if (error != null) {
      all.putIfAbsent(Conventions.ERROR_TYPE, error);
    }
    attributes = Map.copyOf(all);
  }

  public enum Kind {
    /** From the requests topic to the task of its cache key. */
    INTAKE,
    /** In the queue, for a slot, a due time, the breaker and a call. */
    WAIT,
    /** One request to Gemini, for all that wait for it. */
    CALL,
    /** Onto the results topic. */
    EMIT
  }
}
