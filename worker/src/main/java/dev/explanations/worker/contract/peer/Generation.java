package dev.explanations.worker.contract.peer;

/**
 * What an explanation knows of the cache's commands: all up to an offset of the control topic.
 *
 * @param log which topic: its id, since one that is deleted and created again counts from 0 again
 */
public record Generation(String log, long offset) {

  public static final Generation UNKNOWN = new Generation("", -1);

  /** Whether it knows of all that the other knows of. */
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
