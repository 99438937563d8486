package dev.explanations.worker.tracing;

import org.jspecify.annotations.Nullable;

/**
 * Where steps are told; calls are measured there, too. Safe for many threads; never waits, and
 * drops what is too much.
 */
public interface Tracing {

  /** Nobody wants to know. */
  Tracing OFF =
      new Tracing() {
        @Override
        public boolean isOn() {
          return false;
        }

        @Override
        public @Nullable TraceContext tell(Step step) {
          return null;
        }
      };

  /** Whether steps are wanted; if not, none need be made. */
  boolean isOn();

  /**
   * Tells a step.
   *
   * @return its own place in the trace; {@code null} when off
   */
  @Nullable TraceContext tell(Step step);
}
