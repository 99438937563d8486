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
 * Tells bad questions from a model that refuses every question. A 400 does not say which it is, so
 * nobody is told of one before it is clear: an answer to another question shows that this one was
 * bad, so many refusals of the same kind in a row show that the model is misconfigured, and without
 * either the question is taken for bad after a while.
 *
 * <p>A suspected model is tried with other questions until it answers one. Those that it had
 * refused are then asked once more, for the settings may have been mended, and the next refusal of
 * each is final. In memory only: after a restart the same comes out in the same way. Used under the
 * dispatcher's lock.
 */
final class Refusals {

  /** Different questions in a row. Five bad ones may well be one producer's: hence the trials. */
  static final int ENOUGH = 5;

  /** Prompts of about a kilobyte. */
  static final int REMEMBERED = 1_000;

  private static final Pattern VARIABLE =
      Pattern.compile("\"[^\"]*\"|'[^']*'|`[^`]*`|\\S*\\d\\S*|\\s+");

  /** Since the last answer, the oldest first. */
  private final Map<Prompt, Refusal> refused = new Remembered<>();

  /** Met a misconfiguration, and until when they are not asked again: the earliest first. */
  private final Remembered<Instant> heldUp = new Remembered<>();

  /** Refused before the model has answered; the next refusal is final. */
  private final Map<Prompt, Boolean> onTrial = new Remembered<>();

  private boolean suspected;
  private Instant first = Instant.MIN;

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

  /** Whether some question has met a misconfiguration a short while ago. */
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

  /** Whether any question may be asked that might not before. */
  boolean release(Instant now) {
    return heldUp.values().removeIf(until -> !until.isAfter(now));
  }

  /**
   * A call has met a misconfiguration.
   *
   * @param since when it began
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
   * @return what the question is to be told; may wait
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
      first =
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
   * The model has explained something.
   *
   * @param since when that call began: one that began before all that were refused says nothing of
   *     a model that has been suspected since
   */
  void answered(Instant since) {
    if (refused.isEmpty() || (suspected && since.isBefore(first))) {
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

  /** Somebody says that the reason is gone. */
  void forget() {
    refused.clear();
    heldUp.clear();
    suspected = false;
  }

  static Misconfigured misconfigured(Rejected rejected) {
    return new Misconfigured(ErrorCode.MISCONFIGURED, rejected.message());
  }

  /** Without what may differ from question to question. */
  private static String kind(Rejected rejected) {
    return VARIABLE.matcher(rejected.message()).replaceAll(" ");
  }
}
