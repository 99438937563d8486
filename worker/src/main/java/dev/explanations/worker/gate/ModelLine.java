package dev.explanations.worker.gate;

import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.gemini.ExplanationModel;
import java.time.Duration;
import java.time.Instant;

/** One model with what holds calls to it back. */
record ModelLine(ExplanationModel model, Breaker breaker, Pause pause, Refusals refusals) {

  /** For so long a question is waited for that the model has not refused: others may have one. */
  private static final Duration FRESH_FIRST = Duration.ofSeconds(2);

  /** A probe that was throttled says nothing of the model, and another one is to wait as well. */
  boolean isPassedOver(Instant now) {
    return !breaker.admits()
        || ((breaker.isHalfOpen() || refusals.isSuspected()) && pause.lasts(now));
  }

  /** Whether it takes only questions that it has not refused. */
  boolean isForFreshOnly(Instant now) {
    return refusals.isSuspected() && now.isBefore(forAllAt());
  }

  /** When any question may be asked, if time alone decides. */
  Instant forAllAt() {
    return refusals.isSuspected() ? pause.until().plus(FRESH_FIRST) : pause.until();
  }

  /** Whether there may be questions that have to wait although calls may begin. */
  boolean isChoosy(Instant now) {
    return refusals.holdsUpAny() || isForFreshOnly(now);
  }

  boolean takes(Prompt prompt, Instant now) {
    return !isPassedOver(now)
        && !(isForFreshOnly(now) && refusals.hasRefused(prompt))
        && (breaker.isHalfOpen() || !refusals.holdsUp(prompt, now));
  }
}
