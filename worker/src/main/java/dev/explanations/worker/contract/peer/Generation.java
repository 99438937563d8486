package dev.explanations.worker.contract.peer;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Offset of the control topic up to which cache commands are taken into account. Stored with each
 * outcome and each entry of the state store; Redis entries carry a time instead.
 *
 * @param topicId the topic's id: a topic that is deleted and created again counts from 0
 */
public record Generation(@JsonProperty("log") String topicId, long offset) {

  public static final Generation UNKNOWN = new Generation("", -1);

  /** Whether it includes the other; never true across topics. */
  public boolean isAtLeast(Generation other) {
    return topicId.equals(other.topicId) && offset >= other.offset;
  }

  /** As it is written beside an explanation. */
  public String text() {
    return topicId + "/" + offset;
  }

  /**
   * The inverse of {@link #text}.
   *
   * @throws IllegalArgumentException if the text is no generation
   */
  public static Generation parse(String text) {
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not topicId/offset: " + text);
    }
    long offset = Long.parseLong(text.substring(slash + 1));
    if (offset < -1) {
      throw new IllegalArgumentException("no offset: " + text);
    }
    return new Generation(text.substring(0, slash), offset);
  }
}
