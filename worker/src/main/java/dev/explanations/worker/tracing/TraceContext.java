package dev.explanations.worker.tracing;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A place in a trace: W3C's headers of the same names. */
public record TraceContext(String traceparent, @Nullable String tracestate) {

  public static final String TRACEPARENT = "traceparent";
  public static final String TRACESTATE = "tracestate";

  private static final Pattern FORM =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

  /** From headers; {@code null} without a valid traceparent. */
  public static @Nullable TraceContext of(
      @Nullable String traceparent, @Nullable String tracestate) {
    return traceparent == null || !FORM.matcher(traceparent).matches()
        ? null
        : new TraceContext(traceparent, tracestate);
  }
}
