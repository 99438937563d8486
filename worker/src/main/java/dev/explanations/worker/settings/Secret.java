package dev.explanations.worker.settings;

/** A value that must never be printed; only {@link #reveal} gives it away. */
public record Secret(String reveal) {
  @Override
  public String toString() {
    return "******";
  }
}
