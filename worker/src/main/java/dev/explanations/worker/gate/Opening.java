package dev.explanations.worker.gate;

/** Which questions may be asked, ordered from none to all. */
public enum Opening {
  /** None: no model's circuit breaker admits a call, whether the budget is spent or not. */
  SHUT,
  /** None: the budget of the day or of the month is spent. */
  EXHAUSTED,
  /** None: the model to be asked next is paused. */
  PAUSED,
  /** Questions that the model has not refused: it is suspected to refuse every question. */
  FRESH,
  ANY;

  /** Whether any call may begin. */
  public boolean begins() {
    return compareTo(PAUSED) > 0;
  }

  /** Whether requests are held back or turned away, instead of waiting for the end of a pause. */
  public boolean holdsBack() {
    return compareTo(PAUSED) < 0;
  }
}
