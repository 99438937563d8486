package dev.explanations.worker.tracing;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A part of a request's way that is over.
 *
 * @param parent what it belongs to; {@code null} begins a trace
 * @param link the traceparent of what served it, and other requests too
 * @param error a code if it failed
 */
public record Step(
    Kind kind,
    @Nullable TraceContext parent,
    Instant start,
    Instant end,
    @Nullable String link,
    @Nullable String error,
    Map<String, String> attributes) {

  public Step {
    attributes = Map.copyOf(attributes);
  }

  public enum Kind {
    /** From the requests topic to the task of its cache key. */
    INTAKE,
    /** In the queue, for a slot, a due time, the breaker and a call. */
    WAIT,
    /** One request to Gemini, for all that wait for it. */
    CALL,
    /** Onto the results topic. */
    EMIT;

    String spanName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
