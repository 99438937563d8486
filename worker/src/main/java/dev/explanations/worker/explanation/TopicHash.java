package dev.explanations.worker.explanation;

/**
 * Identifies a topic in every spelling of it: all its explanations are invalidated together.
 *
 * @param value 64 lower-case hexadecimal digits
 */
public record TopicHash(String value) {

  /** SHA-256 over the folded form. */
  public static TopicHash of(String topic) {
    return new TopicHash(Canonical.sha256(Canonical.folded(topic)));
  }

  @Override
  public String toString() {
    return value;
  }
}
