package dev.explanations.worker.metrics;

import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.WireName;

/** Ends of a call to Gemini, as metrics tell them apart. */
enum CallEnd implements WireName {
  EXPLAINED,
  /** An answer that is no explanation: cut off, empty, or withheld for what it recites. */
  UNUSABLE,
  THROTTLED,
  UNAVAILABLE,
  MISCONFIGURED,
  REJECTED;

  static CallEnd of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Explained _, Outcome.Found _ -> EXPLAINED;
      case Outcome.Unusable _ -> UNUSABLE;
      case Outcome.Throttled _ -> THROTTLED;
      case Outcome.Unavailable(ErrorCode code, _, _) ->
          code == ErrorCode.INCOMPLETE_ANSWER ? UNUSABLE : UNAVAILABLE;
      case Outcome.ConnectionLost _ -> UNAVAILABLE;
      case Outcome.Misconfigured _ -> MISCONFIGURED;
      case Outcome.Rejected _ -> REJECTED;
    };
  }
}
