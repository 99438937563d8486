package dev.explanations.worker.store;

import java.util.HexFormat;

/**
 * Topic, partition and offset of a request record: the identity of a request. Two records with the
 * same requestId are two requests.
 */
public record Origin(String topic, int partition, long offset) {

  /** Kafka's limit for a topic's name. */
  private static final int MAX_TOPIC = 249;

  static boolean isPossible(Origin origin) {
    return origin.topic() != null
        && origin.topic().length() <= MAX_TOPIC
        && origin.partition() >= 0
        && origin.offset() >= 0;
  }

  /** Text of the header {@code explanation-origin}: {@code topic/partition/offset}. */
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
    int partition = Integer.parseInt(parts[1]);
    long offset = Long.parseLong(parts[2]);
    Origin origin = new Origin(parts[0], partition, offset);
    if (!isPossible(origin)) {
      throw new IllegalArgumentException("no record can have this origin");
    }
    return origin;
  }
}
