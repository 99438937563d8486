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
 * Carries out a plan, each fault on a thread of its own. A fault that cannot be made or ended is
 * counted and told, and the rest goes on.
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

  /** Begins no further fault, ends all that last, and waits for that. */
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
      // told twice to end
    }
  }

  /** An order of a worker that was suspended meanwhile may have come after the one that ends it. */
  private void putRight() {
    try {
      field.orders().insist(Order.RESUME);
      field.orders().insist(Order.RESET_BREAKER);
    } catch (IOException e) {
      tally.failed("resume and reset", "end", e);
    } catch (InterruptedException e) {
      // told to end
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

  /** In one order for all, so that no two wait for each other. */
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
    // what ends a fault may sleep, even when the run is ended
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
      // sooner, then
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
