package dev.explanations.worker.gate;

import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.gemini.ExplanationModel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** One model with everything that holds back calls to it. Used under the dispatcher's lock only. */
record ModelLine(ExplanationModel model, Breaker breaker, Cooldown cooldown, Refusals refusals) {

  static ModelLine of(String name, ExplanationModel model, GateSettings settings, Clock clock) {
    return new ModelLine(
        model,
        new Breaker(name, settings.breaker(), clock),
        new Cooldown(settings.pause(), settings.maxPause()),
        new Refusals());
  }

  /** Time for which a suspected model is tried with questions that it has not refused. */
  private static final Duration FRESH_FIRST = Duration.ofSeconds(2);

  /**
   * Whether the next model is to be asked: the breaker admits no call, or this model is paused
   * while it is probed, half-open or suspected.
   */
  boolean isSkipped(Instant now) {
    return !breaker.admits()
        || ((breaker.isHalfOpen() || refusals.isSuspected()) && cooldown.lasts(now));
  }

  /** Whether the model takes only questions that it has not refused. */
  boolean isForFreshOnly(Instant now) {
    return refusals.isSuspected() && now.isBefore(forAllAt());
  }

  /** When questions that were refused may be asked again. */
  private Instant forAllAt() {
    return refusals.isSuspected() ? cooldown.until().plus(FRESH_FIRST) : cooldown.until();
  }

  /** When this model's state changes by time alone, or the other time if that is earlier. */
  Instant nextChange(Instant now, Instant other) {
    Instant change = sooner(breaker.openUntil(), now, other);
    change = sooner(cooldown.until(), now, change);
    change = sooner(forAllAt(), now, change);
    return sooner(refusals.nextRelease(), now, change);
  }

  /** The earlier of two times; the first counts only if it is in the future. */
  static Instant sooner(Instant time, Instant now, Instant other) {
    return time.isAfter(now) && time.isBefore(other) ? time : other;
  }

  /** How many more calls may begin. */
  int room() {
    return Math.min(breaker.room(), cooldown.room());
  }

  /** Forgets the outcomes of earlier calls: the next call may begin at once. */
  void reset() {
    breaker.reset();
    cooldown.end();
    refusals.forget();
  }

  /** Whether some questions may have to wait although other calls may begin. */
  boolean isChoosy(Instant now) {
    return refusals.holdsUpAny() || isForFreshOnly(now);
  }

  boolean takes(Prompt prompt, Instant now) {
    return !isSkipped(now)
        && !(isForFreshOnly(now) && refusals.hasRefused(prompt))
        && (breaker.isHalfOpen() || !refusals.holdsUp(prompt, now));
  }
}
