package dev.explanations.worker.gemini;

/** A model with connections of its own. */
public interface ModelClient extends ExplanationModel, AutoCloseable {

  /** Loads what the first answer would load; makes no call. */
  default void warmUp() {}

  /** Closes idle connections; calls under way go on to their end. */
  @Override
  void close();
}
