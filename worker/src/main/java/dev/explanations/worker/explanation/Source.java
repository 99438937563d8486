package dev.explanations.worker.explanation;

/** Where the explanation of a result came from. */
public enum Source implements WireName {
  /** The call that this very request started. */
  GEMINI,
  REDIS,
  STATE_STORE,
  /** A call that another request had started. */
  COALESCED;
}
