package dev.explanations.worker.explanation;

/**
 * Identifies a topic, in every spelling of it: all its explanations are invalidated together.
 *
 * @param value 64 lower-case hexadecimal digits
 */
public record TopicHash(String value) {

  /** SHA-256 over the canonical form, which is the same as in {@link CacheKey}. */
  public static TopicHash of(String topic) {
    return new TopicHash(CacheKey.sha256(CacheKey.canonical(topic)));
  }

  @Override
  public String toString() {
    return value;
  }
}
