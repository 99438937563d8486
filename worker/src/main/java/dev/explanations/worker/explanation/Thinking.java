package dev.explanations.worker.explanation;

/** How much a model may think before it answers; which of the two it takes depends on the model. */
public sealed interface Thinking {

  enum Level implements Thinking, WireName {
    MINIMAL,
    LOW,
    MEDIUM,
    HIGH
  }

  /**
   * @param tokens 0 is none, -1 leaves it to the model
   */
  record Budget(int tokens) implements Thinking {}
}
