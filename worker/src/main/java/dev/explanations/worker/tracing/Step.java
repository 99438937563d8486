package dev.explanations.worker.tracing;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A finished step of a request, for one span.
 *
 * @param parent span that it is part of; {@code null} begins a trace
 * @param link traceparent of the call that served this request, perhaps among others
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
