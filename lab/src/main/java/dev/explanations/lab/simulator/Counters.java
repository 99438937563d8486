package dev.explanations.lab.simulator;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts calls. All methods may be called from any thread. */
final class Counters {

  private final Map<Integer, Long> byStatus = new TreeMap<>();
  private final Map<String, Long> byModel = new TreeMap<>();
  private final Map<String, Long> byPrompt = new HashMap<>();
  private long calls;
  private int inFlight;
  private int peakInFlight;

  synchronized void arrived(Call call) {
    calls++;
    inFlight++;
    peakInFlight = Math.max(peakInFlight, inFlight);
    byModel.merge(call.model(), 1L, Long::sum);
    byPrompt.merge(call.userText(), 1L, Long::sum);
  }

  synchronized void replied(int status) {
    byStatus.merge(status, 1L, Long::sum);
  }

  synchronized void ended() {
    inFlight--;
  }

  synchronized Statistics read() {
    return new Statistics(
        calls,
        inFlight,
        peakInFlight,
        Map.copyOf(byStatus),
        Map.copyOf(byModel),
        Map.copyOf(byPrompt));
  }

  /** Calls in flight stay counted as such, for they will end. */
  synchronized void reset() {
    calls = 0;
    peakInFlight = inFlight;
    byStatus.clear();
    byModel.clear();
    byPrompt.clear();
  }
}
