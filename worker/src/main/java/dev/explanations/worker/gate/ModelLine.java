package dev.explanations.worker.gate;

import dev.explanations.worker.gemini.ExplanationModel;
import java.time.Instant;

/** One model with what holds calls to it back. */
record ModelLine(ExplanationModel model, Breaker breaker, Pause pause) {

  /** A probe that was throttled says nothing of the model, and another one is to wait as well. */
  boolean isPassedOver(Instant now) {
    return !breaker.admits() || (breaker.isHalfOpen() && pause.lasts(now));
  }
}
