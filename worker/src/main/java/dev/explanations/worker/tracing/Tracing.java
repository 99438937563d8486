package dev.explanations.worker.tracing;

import org.jspecify.annotations.Nullable;

/**
 * Records steps of requests as spans, and calls as metrics. Thread-safe; does not block, and drops
 * what does not fit its queue.
 */
public interface Tracing {

  /** Records nothing. */
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

  /** Whether steps are recorded; if not, callers need not build them. */
  boolean isOn();

  /**
   * Records a step.
   *
   * @return the step's place in the trace; {@code null} when off
   */
  @Nullable TraceContext tell(Step step);
}
