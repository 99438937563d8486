package dev.explanations.lab.simulator.statistics;

import java.util.Map;

/**
 * Counts of calls since the simulator was started or reset.
 *
 * @param calls calls that arrived, answered or not
 * @param inFlight calls that have arrived and have no complete response yet
 * @param byStatus replies by HTTP status; 0 is a connection that was reset
 * @param byModel calls by the model in their path
 * @param byPhase calls by the phase of a timeline in which they arrived
 * @param byPrompt calls by their user text
 */
public record Statistics(
    long calls,
    int inFlight,
    int peakInFlight,
    Map<Integer, Long> byStatus,
    Map<String, Long> byModel,
    Map<String, Long> byPhase,
    Map<String, Long> byPrompt) {

  /** Calls whose prompt contains that text. */
  public long callsContaining(String text) {
    return byPrompt.entrySet().stream()
        .filter(entry -> entry.getKey().contains(text))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Calls that asked again what had been asked before. */
  public long repeatedCalls() {
    return calls - byPrompt.size();
  }

  /** Replies with that HTTP status. */
  public long replies(int status) {
    return byStatus.getOrDefault(status, 0L);
  }
}
