package dev.explanations.worker.gate;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Outcome.Misconfigured;
import dev.explanations.worker.explanation.Outcome.Rejected;
import dev.explanations.worker.explanation.Prompt;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Tells bad questions from a misconfigured model that refuses every question. A 400 does not say
 * which it is, so its outcome waits for a conclusion: an answer to another question shows that this
 * one was bad; {@link #ENOUGH} refusals of the same kind in a row show that the model is
 * misconfigured; without either the question counts as bad after {@link Refusal#PATIENCE}.
 *
 * <p>A suspected model is tried with other questions until it answers one. The questions that it
 * had refused are then asked once more, since the settings may have been mended; the next refusal
 * of each is final. In memory only. Used under the dispatcher's lock only.
 */
final class Refusals {

  /**
   * Refusals of different questions in a row that make the model suspected. They may be bad
   * questions of one producer after all: hence the trials.
   */
  static final int ENOUGH = 5;

  /** Bound of each map, whose keys are prompts of about a kilobyte. */
  static final int REMEMBERED = 1_000;

  private static final Pattern VARIABLE =
      Pattern.compile("\"[^\"]*\"|'[^']*'|`[^`]*`|\\S*\\d\\S*|\\s+");

  /** Refusals since the last answer, the oldest first. */
  private final Map<Prompt, Refusal> refused = new Remembered<>();

  /** Questions that met a misconfiguration, with the end of their wait, the earliest first. */
  private final Remembered<Instant> heldUp = new Remembered<>();

  /** Questions of a model that was suspected: the next refusal of each is final. */
  private final Map<Prompt, Boolean> onTrial = new Remembered<>();

  private boolean suspected;

  /** When the earliest of the refused calls of a suspected model began. */
  private Instant firstBegan = Instant.MIN;

  private static final class Remembered<V> extends LinkedHashMap<Prompt, V> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Prompt, V> eldest) {
      return size() > REMEMBERED;
    }
  }

  boolean isSuspected() {
    return suspected;
  }

  boolean hasRefused(Prompt prompt) {
    return refused.containsKey(prompt);
  }

  /** Whether any question is held up since it met a misconfiguration. */
  boolean holdsUpAny() {
    return !heldUp.isEmpty();
  }

  boolean holdsUp(Prompt prompt, Instant now) {
    Instant until = heldUp.get(prompt);
    return until != null && until.isAfter(now);
  }

  /** When {@link #release} should be called next. */
  Instant nextRelease() {
    return heldUp.isEmpty() ? Instant.MAX : heldUp.firstEntry().getValue();
  }

  /** Releases held-up questions whose time has come; returns whether there were any. */
  boolean release(Instant now) {
    return heldUp.values().removeIf(until -> !until.isAfter(now));
  }

  /**
   * A call has met a misconfiguration.
   *
   * @param since when the call began
   * @param until when the question may be asked again
   */
  void misconfigured(Prompt prompt, Instant since, Rejected asRefusal, Instant until) {
    heldUp.putLast(prompt, until);
    Refusal refusal = new Refusal("misconfigured", since, asRefusal);
    refusal.conclude(asRefusal);
    add(prompt, refusal);
  }

  /**
   * @param since when the call began
   * @return the outcome that the question is to be told; {@code get} may wait
   */
  Supplier<Outcome> refused(Prompt prompt, Instant since, Rejected rejected) {
    if (onTrial.remove(prompt) != null) {
      return () -> rejected;
    }
    Refusal refusal = new Refusal(kind(rejected), since, rejected);
    if (suspected) {
      refused.put(prompt, refusal);
      return () -> misconfigured(rejected);
    }
    add(prompt, refusal);
    return refusal;
  }

  private void add(Prompt prompt, Refusal refusal) {
    refused.put(prompt, refusal);
    long alike = refused.values().stream().filter(it -> it.kind().equals(refusal.kind())).count();
    if (!suspected && alike >= ENOUGH) {
      suspected = true;
      firstBegan =
          refused.values().stream()
              .map(Refusal::since)
              .min(Instant::compareTo)
              .orElse(refusal.since());
      refused.values().stream()
          .filter(it -> it.kind().equals(refusal.kind()))
          .forEach(it -> it.conclude(misconfigured(it.rejected())));
    }
  }

  /**
   * The model has answered a question.
   *
   * @param since when that call began: one that began before all that were refused says nothing of
   *     a model that has been suspected since
   */
  void answered(Instant since) {
    if (refused.isEmpty() || (suspected && since.isBefore(firstBegan))) {
      return;
    }
    if (suspected) {
      refused.keySet().stream()
          .filter(prompt -> !heldUp.containsKey(prompt))
          .forEach(prompt -> onTrial.put(prompt, true));
    } else {
      refused.values().forEach(it -> it.conclude(it.rejected()));
    }
    refused.clear();
    suspected = false;
  }

  /** An operator has reset the breaker: the reason may be gone. */
  void forget() {
    refused.clear();
    heldUp.clear();
    suspected = false;
  }

  static Misconfigured misconfigured(Rejected rejected) {
    return new Misconfigured(ErrorCode.MISCONFIGURED, rejected.message());
  }

  /** The refusal's message without the parts that may differ from question to question. */
  private static String kind(Rejected rejected) {
    return VARIABLE.matcher(rejected.message()).replaceAll(" ");
  }
}
