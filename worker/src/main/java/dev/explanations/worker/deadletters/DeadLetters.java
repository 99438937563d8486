package dev.explanations.worker.deadletters;

import java.util.List;
import java.util.Map;

/**
 * A look at the dead-letter topic.
 *
 * @param newest those that were asked for, the newest first
 * @param counts by partition; slightly too high, since transaction markers count
 * @param complete false if time was up before the newest were all found
 */
public record DeadLetters(List<DeadLetter> newest, Map<Integer, Long> counts, boolean complete) {

  public DeadLetters {
    newest = List.copyOf(newest);
    counts = Map.copyOf(counts);
  }
}
