package dev.explanations.worker.gate;

import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.gemini.ExplanationModel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** One model with what holds calls to it back. */
record ModelLine(ExplanationModel model, Breaker breaker, Pause pause, Refusals refusals) {

  static ModelLine of(String name, ExplanationModel model, GateSettings settings, Clock clock) {
    return new ModelLine(
        model,
        new Breaker(name, settings.breaker(), clock),
        new Pause(settings.pause(), settings.maxPause()),
        new Refusals());
  }

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
  private Instant forAllAt() {
    return refusals.isSuspected() ? pause.until().plus(FRESH_FIRST) : pause.until();
  }

  /** When time alone changes something here, or else the other time. */
  Instant nextChange(Instant now, Instant other) {
    Instant change = sooner(breaker.openUntil(), now, other);
    change = sooner(pause.until(), now, change);
    change = sooner(forAllAt(), now, change);
    return sooner(refusals.nextRelease(), now, change);
  }

  /** The earlier of two times, of which the first counts only if it is to come. */
  static Instant sooner(Instant time, Instant now, Instant other) {
    return time.isAfter(now) && time.isBefore(other) ? time : other;
  }

  /** How many calls may begin. */
  int room() {
    return Math.min(breaker.room(), pause.room());
  }

  /** Forgets what its calls have come to: the next one tries at once. */
  void reset() {
    breaker.reset();
    pause.end();
    refusals.forget();
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
