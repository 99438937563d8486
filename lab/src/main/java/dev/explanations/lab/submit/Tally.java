package dev.explanations.lab.submit;

import java.util.Map;

/**
 * Requests against results, by identity.
 *
 * @param requests request records published with a requestId
 * @param results result records for them, doubled ones too
 * @param lost requests without a result so far
 * @param doubled results beyond one for each request
 * @param unexpected results for ids that were not published here
 */
public record Tally(
    long requests,
    long results,
    long lost,
    long doubled,
    long unexpected,
    Map<String, Long> byStatus,
    Map<String, Long> bySource,
    Map<String, Long> byError) {

  /** Whether each request has exactly one result. */
  public boolean exactlyOnce() {
    return lost == 0 && doubled == 0;
  }

  /** Results from that source, by its name in JSON. */
  public long from(String source) {
    return bySource.getOrDefault(source, 0L);
  }
}
