package dev.explanations.worker.task;

import dev.explanations.worker.contract.peer.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.peer.OutcomeRecord.LaneCalls;
import dev.explanations.worker.dispatch.Lane;
import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.flow.FlowParts;
import dev.explanations.worker.spending.Ledger;
import dev.explanations.worker.spending.Spent;
import dev.explanations.worker.store.StoredAccount;
import dev.explanations.worker.store.TaskStores;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * Cost of the calls of this partition. Each outcome is counted once, in the transaction that reads
 * it. Used by the stream thread only.
 *
 * <p>A call that ends with its process has no outcome. Each lane counts the calls that it begins;
 * the number is stored with each commit, and is in the outcomes of the lane. A new owner has read
 * all outcomes of an earlier lane when it passes the {@link Barrier}. Calls that the lane is known
 * to have begun, and whose outcomes are missing, are then charged as unknown, unless the lane has
 * handed over what was running.
 *
 * <p>Not known are calls begun after the last commit, or too shortly before it for the task to see
 * them, if no call of the lane ended after their begin. Charged twice are calls of an owner that
 * was only silent for so long that the partition moved: as unknown, and again when their outcomes
 * come. The same holds for a handed-over call whose outcome comes after it was given up.
 */
final class Account {

  private final TaskStores stores;
  private final Ledger ledger;
  private final ZoneId zone;
  private final int partition;
  private final Lane lane;
  private Spent spent;

  /** Lane whose calls are counted: an earlier owner's until the barrier is passed. */
  private String countedLane;

  private long begun;
  private long ended;
  private boolean changed;

  Account(TaskStores stores, FlowParts shared, int partition, Lane lane) {
    StoredAccount stored = StoredAccount.of(stores);
    this.stores = stores;
    this.ledger = shared.ledger();
    this.zone = shared.settings().budgetZone();
    this.partition = partition;
    this.lane = lane;
    this.spent = stored.spent();
    this.countedLane = stored.lane();
    this.begun = stored.begun();
    this.ended = stored.ended();
    ledger.counted(partition, spent);
  }

  /** The outcome of a call or look-up has been read, of this lane or another. */
  void ended(CallEnded call, Instant now) {
    charge(call.charge(), now);
    LaneCalls calls = call.lane();
    if (calls != null && calls.lane().equals(countedLane)) {
      begun = Math.max(begun, calls.begun());
      ended++;
      changed = true;
    }
    ledger.read(partition, call.callId());
  }

  /** A lane has closed, and has named its running calls. */
  void handedOver(@Nullable String closed) {
    if (countedLane.equals(closed) && !countedLane.equals(lane.id())) {
      follow("", 0);
    }
  }

  /**
   * The outcome of a call is lost.
   *
   * @param own whether this task has begun the call; it may have been no more than a look-up then
   */
  void lost(String callId, boolean own, Instant now) {
    Charge charge = ledger.read(partition, callId);
    if (charge != null) {
      charge(charge, now);
      ended += own ? 1 : 0;
    } else if (!own) {
      charge(Charge.UNKNOWN, now);
    }
  }

  /** All outcomes of earlier lanes have been read. */
  void recovered(Instant now) {
    long missing = begun - ended;
    if (missing > 0) {
      charge(new Charge(missing, 0, 0, Usd.ZERO, 0, missing), now);
    }
    follow(lane.id(), lane.begun());
  }

  /**
   * Whether calls may begin that nothing is stored of: the task reads no record when a look-up ends
   * in a call, or another partition's call makes room.
   *
   * @param underWay calls of the task whose outcomes have not been read, begun or not
   */
  boolean lagsBehind(int underWay) {
    return countedLane.equals(lane.id()) && underWay > begun - ended;
  }

  private void follow(String laneId, long begun) {
    this.countedLane = laneId;
    this.begun = begun;
    this.ended = 0;
    changed = true;
  }

  private void charge(Charge charge, Instant now) {
    if (!charge.equals(Charge.NONE)) {
      spent = spent.plus(charge, LocalDate.ofInstant(now, zone));
      changed = true;
      ledger.counted(partition, spent);
    }
  }

  /** Stores what has changed; to be called at the end of each step. */
  void store() {
    if (countedLane.equals(lane.id()) && begun != lane.begun()) {
      begun = lane.begun();
      changed = true;
    }
    if (changed) {
      new StoredAccount(spent, countedLane, begun, ended).store(stores);
      changed = false;
    }
  }
}
