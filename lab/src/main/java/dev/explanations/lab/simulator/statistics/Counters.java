package dev.explanations.lab.simulator.statistics;

import dev.explanations.lab.simulator.script.Call;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts calls. Thread-safe. */
public final class Counters {

  private final Map<Integer, Long> byStatus = new TreeMap<>();
  private final Map<String, Long> byModel = new TreeMap<>();
  private final Map<String, Long> byPhase = new TreeMap<>();
  private final Map<String, Long> byPrompt = new HashMap<>();
  private final CallLog log = new CallLog();
  private @Nullable String phase;
  private long calls;
  private int inFlight;
  private int peakInFlight;

  /** The number of the call, by which its reply is noted. */
  public synchronized long arrived(Call call, long nanos) {
    calls++;
    inFlight++;
    peakInFlight = Math.max(peakInFlight, inFlight);
    byModel.merge(call.model(), 1L, Long::sum);
    byPrompt.merge(call.userText(), 1L, Long::sum);
    if (phase != null) {
      byPhase.merge(phase, 1L, Long::sum);
    }
    return log.arrived(nanos);
  }

  /** A request that was no call. */
  public synchronized void refused(int status) {
    byStatus.merge(status, 1L, Long::sum);
  }

  public synchronized void replied(long number, int status, Duration retryDelay) {
    byStatus.merge(status, 1L, Long::sum);
    log.replied(number, System.nanoTime(), status, retryDelay);
  }

  public synchronized void ended() {
    inFlight--;
  }

  /** The phase to which calls belong from now on; none is not counted by phase. */
  public synchronized void enter(@Nullable String name) {
    phase = name;
  }

  public synchronized Statistics read() {
    return new Statistics(
        calls,
        inFlight,
        peakInFlight,
        Map.copyOf(byStatus),
        Map.copyOf(byModel),
        Map.copyOf(byPhase),
        Map.copyOf(byPrompt));
  }

  public synchronized long calls() {
    return calls;
  }

  public synchronized List<CallTime> latestCalls() {
    return log.read();
  }

  /** Calls in flight stay counted as such, for they will end. */
  public synchronized void reset() {
    calls = 0;
    peakInFlight = inFlight;
    byStatus.clear();
    byModel.clear();
    byPhase.clear();
    byPrompt.clear();
    log.reset();
  }
}
