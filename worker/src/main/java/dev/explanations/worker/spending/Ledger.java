package dev.explanations.worker.spending;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What all workers have spent, as far as this one knows: the totals of each partition, which its
 * owner keeps and tells, and the calls of this worker whose outcomes have not been read yet.
 * Thread-safe.
 */
public final class Ledger {

  private final Map<Integer, Spent> partitions = new HashMap<>();

  /** Own partitions whose totals have changed since the last {@link #takeUntold}. */
  private final Map<Integer, Spent> untold = new HashMap<>();

  /** Charges by partition and call id. */
  private final Map<Integer, Map<String, Charge>> unread = new HashMap<>();

  /** What another worker, or an earlier run, has told. */
  public synchronized void told(int partition, Spent spent) {
    partitions.merge(partition, spent, Spent::or);
  }

  /** What this worker's task has counted; told to the other workers with the next heartbeat. */
  public synchronized void counted(int partition, Spent spent) {
    told(partition, spent);
    untold.put(partition, spent);
  }

  /** Totals of own partitions that other workers do not know yet. */
  public synchronized Map<Integer, Spent> takeUntold() {
    Map<Integer, Spent> taken = Map.copyOf(untold);
    untold.clear();
    return taken;
  }

  /** A call of this worker has ended. */
  public synchronized void ended(int partition, String callId, Charge charge) {
    unread.computeIfAbsent(partition, _ -> new HashMap<>()).put(callId, charge);
  }

  /** The task has counted the call's outcome. */
  public synchronized void read(int partition, String callId) {
    Map<String, Charge> calls = unread.get(partition);
    if (calls != null) {
      calls.remove(callId);
    }
  }

  /** The partition has moved: its next owner counts the outcomes. */
  public synchronized void left(int partition) {
    unread.remove(partition);
  }

  /** Charges of a day, and those of calls whose outcomes have not been read. */
  public synchronized Charge on(LocalDate day) {
    return sum(partitions.values().stream().map(it -> it.on(day)));
  }

  /** Charges of a month, and those of calls whose outcomes have not been read. */
  public synchronized Charge on(YearMonth month) {
    return sum(partitions.values().stream().map(it -> it.on(month)));
  }

  private Charge sum(Stream<Charge> counted) {
    Charge open =
        unread.values().stream()
            .flatMap(calls -> calls.values().stream())
            .reduce(Charge.NONE, Charge::plus);
    return counted.reduce(open, Charge::plus);
  }

  /** Highest cost of a single call that was ever seen; zero if none was. */
  public synchronized Usd dearest() {
    return partitions.values().stream().map(Spent::dearest).max(Usd::compareTo).orElse(Usd.ZERO);
  }
}
