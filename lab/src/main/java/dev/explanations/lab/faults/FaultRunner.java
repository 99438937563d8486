package dev.explanations.lab.faults;

import dev.explanations.lab.faults.FaultPlan.Planned;
import dev.explanations.lab.faults.target.FaultTargets;
import dev.explanations.lab.guarantees.Observation.FaultChanged;
import dev.explanations.lab.guarantees.Observation.Order;
import dev.explanations.lab.guarantees.Witness;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Carries out a plan, each fault on a thread of its own. A fault that cannot be begun or ended is
 * entered in the tally, and the rest goes on.
 */
public final class FaultRunner implements AutoCloseable {

  private static final Duration BEFORE_SKIPPING = Duration.ofSeconds(20);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
  private static final int ATTEMPTS_TO_END = 5;

  private final FaultPlan plan;
  private final FaultTargets field;
  private final Witness witness;
  private final FaultTally tally = new FaultTally();
  private final Map<String, ReentrantLock> held = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Thread thread = Thread.ofPlatform().name("faults").daemon().unstarted(this::run);

  public FaultRunner(FaultPlan plan, FaultTargets field, Witness witness) {
    this.plan = plan;
    this.field = field;
    this.witness = witness;
  }

  /** Begins, on a thread of its own. */
  public void start() {
    thread.start();
  }

  /** Waits until the last fault has ended. */
  public void await() throws InterruptedException {
    thread.join();
  }

  /** Faults that failed or were left out so far. Any thread may ask. */
  public FaultTally tally() {
    return tally;
  }

  /** Begins no further fault, ends the running ones, and waits for their end. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long start = System.nanoTime();
    try {
      for (Planned planned : plan.faults()) {
        sleepUntil(start + planned.begin().toNanos());
        threads.add(Thread.ofVirtual().name(planned.fault().name()).start(() -> make(planned)));
      }
      awaitAll();
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      awaitAllWhateverComes();
    }
    putRight();
  }

  private void awaitAll() throws InterruptedException {
    for (Thread each : threads) {
      each.join();
    }
  }

  private void awaitAllWhateverComes() {
    try {
      awaitAll();
    } catch (InterruptedException e) {
      // interrupted again: waits no longer
    }
  }

  /**
   * Repeats the orders that end a pause and an open breaker: a worker that was suspended meanwhile
   * may have carried out the opposite order after them.
   */
  private void putRight() {
    try {
      field.orders().insist(Order.RESUME);
      field.orders().insist(Order.RESET_BREAKER);
    } catch (IOException e) {
      tally.failed("resume and reset", "end", e);
    } catch (InterruptedException e) {
      // interrupted: the run ends
    }
  }

  private void make(Planned planned) {
    Fault fault = planned.fault();
    List<ReentrantLock> locks = new ArrayList<>();
    try {
      if (!takeAll(fault, locks)) {
        tally.skipped(fault);
        return;
      }
      report(fault, true);
      try {
        begin(fault);
        Thread.sleep(planned.lasts());
      } finally {
        end(fault);
        report(fault, false);
      }
    } catch (InterruptedException e) {
      // ended before its time
    } finally {
      locks.forEach(ReentrantLock::unlock);
    }
  }

  /**
   * Takes the locks of all that a fault holds, in the same order for all faults, so that none
   * deadlock.
   */
  private boolean takeAll(Fault fault, List<ReentrantLock> taken) throws InterruptedException {
    for (String each : new TreeSet<>(fault.holds())) {
      ReentrantLock lock = held.computeIfAbsent(each, name -> new ReentrantLock());
      if (!lock.tryLock(BEFORE_SKIPPING.toMillis(), TimeUnit.MILLISECONDS)) {
        return false;
      }
      taken.add(lock);
    }
    return true;
  }

  private void begin(Fault fault) throws InterruptedException {
    try {
      fault.begins().on(field);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      tally.failed(fault.name(), "begin", e);
    }
  }

  private void end(Fault fault) {
    // the ending step may sleep, even after an interrupt
    boolean interrupted = Thread.interrupted();
    for (int attempt = 1; ; attempt++) {
      try {
        fault.ends().on(field);
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (Exception e) {
        if (attempt == ATTEMPTS_TO_END) {
          tally.failed(fault.name(), "end", e);
          break;
        }
        pause();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_ATTEMPTS);
    } catch (InterruptedException e) {
      // interrupted: the next attempt comes at once
    }
  }

  private void report(Fault fault, boolean begins) {
    witness.saw(new FaultChanged(System.nanoTime(), fault.name(), fault.kind(), begins));
  }

  private static void sleepUntil(long nanos) throws InterruptedException {
    long left = nanos - System.nanoTime();
    if (left > 0) {
      Thread.sleep(Duration.ofNanos(left));
    }
  }
}
