package dev.explanations.worker.store;

import java.util.HexFormat;

/**
 * The request record that a result answers. It is the identity under exactly-once: two records with
 * the same requestId are two requests.
 */
public record Origin(String topic, int partition, long offset) {

  /** As in the header {@code explanation-origin}; topic names contain no slash. */
  public String text() {
    return topic + "/" + partition + "/" + offset;
  }

  /** Sorts by offset within a partition. */
  String sortable() {
    HexFormat hex = HexFormat.of();
    return topic + "/" + hex.toHexDigits(partition) + "/" + hex.toHexDigits(offset);
  }

  /**
   * The inverse of {@link #text}.
   *
   * @throws IllegalArgumentException if the text is no origin
   */
  public static Origin parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not topic/partition/offset: " + text);
    }
    return new Origin(parts[0], Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
  }
}
