package dev.explanations.worker.spending;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Spending of all workers, as far as this one knows: the totals of each partition, which its owner
 * keeps and tells, and the calls of this worker whose outcomes have not been read yet. Thread-safe.
 * Sums are kept, not computed: the gate asks for them with each call.
 */
public final class Ledger {

  private final Supplier<LocalDate> today;
  private final Map<Integer, Spent> partitions = new HashMap<>();

  /** Partitions of which {@link #takeUntold} has to tell, own ones unless the topic is new. */
  private final Set<Integer> untold = new HashSet<>();

  /** Charges by partition and call id. */
  private final Map<Integer, Map<String, Charge>> unread = new HashMap<>();

  private final Sum unreadSum = new Sum();
  private Usd dearest = Usd.ZERO;

  /** The day and month that were asked for last, and the sums of all partitions in them. */
  private LocalDate day = LocalDate.EPOCH;

  private YearMonth month = YearMonth.from(day);
  private Sum onDay = new Sum();
  private Sum inMonth = new Sum();

  /**
   * @param today by {@code BUDGET_TIME_ZONE}
   */
  public Ledger(Supplier<LocalDate> today) {
    this.today = today;
  }

  /**
   * Enters the totals that another worker, or an earlier run, has told. Ignored if their day is
   * further ahead than clocks differ.
   */
  public synchronized void told(int partition, Spent spent) {
    if (spent.isAheadOf(today.get())) {
      return;
    }
    Spent before = partitions.getOrDefault(partition, Spent.NOTHING);
    Spent after = before.or(spent);
    partitions.put(partition, after);
    onDay.subtract(before.on(day));
    onDay.add(after.on(day));
    inMonth.subtract(before.on(month));
    inMonth.add(after.on(month));
    dearest = dearest.max(spent.dearest());
  }

  /** Enters the totals that a task of this worker has counted. The next heartbeat tells them. */
  public synchronized void counted(int partition, Spent spent) {
    told(partition, spent);
    untold.add(partition);
  }

  /**
   * Totals that other workers do not know yet; of an own partition what its next owner has told
   * meanwhile, if that is later.
   */
  public synchronized Map<Integer, Spent> takeUntold() {
    Map<Integer, Spent> taken = new HashMap<>(partitions);
    taken.keySet().retainAll(untold);
    untold.clear();
    return taken;
  }

  /** The other workers have not been told after all. */
  public synchronized void notTold(int partition) {
    untold.add(partition);
  }

  /** The topic with the totals is gone: each worker tells those of all partitions again. */
  public synchronized void tellAllAgain() {
    untold.addAll(partitions.keySet());
  }

  /** A call of this worker has ended. */
  public synchronized void ended(int partition, String callId, Charge charge) {
    Charge before = unread.computeIfAbsent(partition, _ -> new HashMap<>()).put(callId, charge);
    unreadSum.subtract(Objects.requireNonNullElse(before, Charge.NONE));
    unreadSum.add(charge);
  }

  /**
   * The task has counted the call's outcome.
   *
   * @return its charge; {@code null} if it was no call of this worker, or not known to have ended
   */
  public synchronized @Nullable Charge read(int partition, String callId) {
    Map<String, Charge> calls = unread.get(partition);
    Charge charge = calls == null ? null : calls.remove(callId);
    if (charge != null) {
      unreadSum.subtract(charge);
    }
    return charge;
  }

  /** The partition has moved: its next owner counts the outcomes. */
  public synchronized void left(int partition) {
    Map<String, Charge> calls = unread.remove(partition);
    if (calls != null) {
      calls.values().forEach(unreadSum::subtract);
    }
  }

  /** Charges of a day, and those of calls whose outcomes have not been read. */
  public synchronized Charge on(LocalDate date) {
    if (!date.equals(day)) {
      day = date;
      onDay = new Sum();
      partitions.values().forEach(spent -> onDay.add(spent.on(date)));
    }
    return onDay.charge().plus(unreadSum.charge());
  }

  /** Charges of a month, and those of calls whose outcomes have not been read. */
  public synchronized Charge on(YearMonth date) {
    if (!date.equals(month)) {
      month = date;
      inMonth = new Sum();
      partitions.values().forEach(spent -> inMonth.add(spent.on(date)));
    }
    return inMonth.charge().plus(unreadSum.charge());
  }

  /** Highest cost of a single call that was ever seen; zero if none was. */
  public synchronized Usd dearest() {
    return dearest;
  }
}
