package dev.explanations.worker.gemini;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers whether a model needs a person (refused key, missing model, used-up quota) or does not
 * answer; a success clears both. Logs each change once, except silence, which the circuit breaker
 * logs. Thread-safe.
 */
public final class ModelHealth implements ExplanationModel {

  private static final Logger log = LoggerFactory.getLogger(ModelHealth.class);

  private static final int FAILURES_THAT_TELL = 3;

  private final ExplanationModel model;
  private final AtomicInteger failures = new AtomicInteger();
  private volatile Optional<Trouble> silence = Optional.empty();
  private final AtomicReference<Optional<Trouble>> trouble =
      new AtomicReference<>(Optional.empty());

  /**
   * What is wrong.
   *
   * @param detail what Gemini said of it, the quota's name included; fit for anyone to read, at
   *     most 500 characters
   */
  public record Trouble(ErrorCode code, String detail) {}

  public ModelHealth(ExplanationModel model) {
    this.model = model;
  }

  public Optional<Trouble> trouble() {
    return trouble.get().or(() -> silence);
  }

  @Override
  public Outcome explain(Prompt prompt, Consumer<CallDetails> watcher) {
    Outcome outcome = model.explain(prompt, watcher);
    switch (outcome) {
      case Outcome.Explained explained -> {
        change(Optional.empty());
        failures.set(0);
        silence = Optional.empty();
      }
      case Outcome.Misconfigured(ErrorCode code, String message) ->
          change(Optional.of(new Trouble(code, message)));
      case Outcome.Throttled(ErrorCode code, String message, var delay) -> {
        if (code == ErrorCode.QUOTA_EXHAUSTED) {
          change(Optional.of(new Trouble(code, message)));
        }
      }
      case Outcome.Unavailable(ErrorCode code, String message, _) -> {
        // an incomplete answer says something of the prompt
        if (code != ErrorCode.INCOMPLETE_ANSWER
            && failures.incrementAndGet() >= FAILURES_THAT_TELL) {
          silence = Optional.of(new Trouble(code, message));
        }
      }
      case Outcome.Found _, Outcome.Unusable _, Outcome.Rejected _, Outcome.ConnectionLost _ -> {}
    }
    return outcome;
  }

  @Override
  public void misconfigured(Outcome.Misconfigured finding) {
    change(Optional.of(new Trouble(finding.code(), finding.message())));
  }

  private void change(Optional<Trouble> now) {
    Optional<Trouble> before = trouble.getAndSet(now);
    if (before.map(Trouble::code).equals(now.map(Trouble::code))) {
      return;
    }
    now.ifPresentOrElse(
        it -> log.error("Gemini needs attention, {}: {}", it.code().wireName(), it.detail()),
        () -> log.info("Gemini answers again"));
  }
}
