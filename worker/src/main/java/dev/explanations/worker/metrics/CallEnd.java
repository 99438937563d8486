package dev.explanations.worker.metrics;

import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.WireName;

/** Ends of a call to Gemini, as metrics tell them apart. */
enum CallEnd implements WireName {
  EXPLAINED,
  THROTTLED,
  UNAVAILABLE,
  MISCONFIGURED,
  REJECTED;

  static CallEnd of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Explained _, Outcome.Found _ -> EXPLAINED;
      case Outcome.Throttled _ -> THROTTLED;
      case Outcome.Unavailable _, Outcome.Unusable _, Outcome.ConnectionLost _ -> UNAVAILABLE;
      case Outcome.Misconfigured _ -> MISCONFIGURED;
      case Outcome.Rejected _ -> REJECTED;
    };
  }
}
