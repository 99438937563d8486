package dev.explanations.worker.explanation;

import java.util.Locale;

/** Where the explanation of a result came from. */
public enum Source {
  /** The call that this very request started. */
  GEMINI,
  REDIS,
  STATE_STORE,
  /** A call that another request had started. */
  COALESCED;

  /** The name used in JSON. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
