package dev.explanations.worker.gate;

import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.gemini.ExplanationModel;
import java.time.Instant;

/**
 * The right to make one call, to be given back with what came of it. Remembers in which epochs the
 * call began: what has changed since is not its doing.
 */
public final class Permit {

  final ModelLine line;
  final Prompt prompt;
  final long breakerEpoch;
  final long pauseEpoch;
  final long attempt;
  final long limitEpoch;
  final long tokens;
  final Instant since;

  Permit(
      ModelLine line,
      Prompt prompt,
      long breakerEpoch,
      long pauseEpoch,
      long attempt,
      long limitEpoch,
      long tokens,
      Instant since) {
    this.line = line;
    this.prompt = prompt;
    this.breakerEpoch = breakerEpoch;
    this.pauseEpoch = pauseEpoch;
    this.attempt = attempt;
    this.limitEpoch = limitEpoch;
    this.tokens = tokens;
    this.since = since;
  }

  /** The model to ask. */
  public ExplanationModel model() {
    return line.model();
  }
}
