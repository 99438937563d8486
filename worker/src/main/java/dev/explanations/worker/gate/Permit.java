package dev.explanations.worker.gate;

import dev.explanations.worker.gemini.ExplanationModel;
import java.time.Instant;

/**
 * The right to make one call, to be given back with what came of it. Remembers in which epochs the
 * call began: what has changed since is not its doing.
 */
public final class Permit {

  final ModelLine line;
  final long breakerEpoch;
  final long pauseEpoch;
  final long limitEpoch;
  final long tokens;
  final Instant since;

  Permit(
      ModelLine line,
      long breakerEpoch,
      long pauseEpoch,
      long limitEpoch,
      long tokens,
      Instant since) {
    this.line = line;
    this.breakerEpoch = breakerEpoch;
    this.pauseEpoch = pauseEpoch;
    this.limitEpoch = limitEpoch;
    this.tokens = tokens;
    this.since = since;
  }

  /** The model to ask. */
  public ExplanationModel model() {
    return line.model();
  }
}
