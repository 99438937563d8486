package dev.explanations.worker.deadletters;

import java.util.List;
import java.util.Map;

/**
 * What lies in the dead-letter topic.
 *
 * @param newest those that were asked for, the newest first
 * @param counts by partition; a little too high, since the marks of transactions count
 * @param complete false if time was up before all of the newest were found
 */
public record DeadLetters(List<DeadLetter> newest, Map<Integer, Long> counts, boolean complete) {

  public DeadLetters {
    newest = List.copyOf(newest);
    counts = Map.copyOf(counts);
  }
}
