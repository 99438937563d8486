package dev.explanations.worker.explanation;

/** How much a model may think before it answers. Some models take a level, others a budget. */
public sealed interface Thinking {

  enum Level implements Thinking, WireName {
    MINIMAL,
    LOW,
    MEDIUM,
    HIGH
  }

  /**
   * @param tokens 0 is no thinking, -1 leaves it to the model
   */
  record Budget(int tokens) implements Thinking {}
}
