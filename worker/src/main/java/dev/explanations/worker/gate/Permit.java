package dev.explanations.worker.gate;

import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.gemini.ExplanationModel;
import java.time.Instant;

/** The right to make one call. Given back to the gate when the call has ended. */
public final class Permit {

  final ModelLine line;
  final Prompt prompt;
  final Epochs epochs;
  final long tryNumber;
  final long tokens;
  final Instant since;

  /**
   * Epochs of the parts of the gate when the call began. A part ignores the end of a call that
   * began in an earlier epoch, since the call says nothing about the changes in between.
   */
  record Epochs(long breaker, long cooldown, long limit) {}

  /**
   * @param tryNumber see {@link Cooldown#begin}
   * @param tokens estimated cost
   * @param since when the call began
   */
  Permit(ModelLine line, Prompt prompt, Epochs epochs, long tryNumber, long tokens, Instant since) {
    this.line = line;
    this.prompt = prompt;
    this.epochs = epochs;
    this.tryNumber = tryNumber;
    this.tokens = tokens;
    this.since = since;
  }

  /** The model to ask. */
  public ExplanationModel model() {
    return line.model();
  }
}
