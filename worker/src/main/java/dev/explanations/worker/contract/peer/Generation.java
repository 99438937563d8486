package dev.explanations.worker.contract.peer;

/**
 * Offset of the control topic up to which cache commands are taken into account; stored beside each
 * explanation.
 *
 * @param log the topic's id: a topic that is deleted and created again counts from 0
 */
public record Generation(String log, long offset) {

  public static final Generation UNKNOWN = new Generation("", -1);

  /** Whether it includes the other; never true across topics. */
  public boolean isAtLeast(Generation other) {
    return log.equals(other.log) && offset >= other.offset;
  }

  /** As it is written beside an explanation. */
  public String text() {
    return log + "/" + offset;
  }

  /**
   * The inverse of {@link #text}.
   *
   * @throws IllegalArgumentException if the text is no generation
   */
  public static Generation parse(String text) {
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not log/offset: " + text);
    }
    long offset = Long.parseLong(text.substring(slash + 1));
    if (offset < -1) {
      throw new IllegalArgumentException("no offset: " + text);
    }
    return new Generation(text.substring(0, slash), offset);
  }
}
