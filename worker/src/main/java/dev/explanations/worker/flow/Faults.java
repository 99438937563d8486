package dev.explanations.worker.flow;

import dev.explanations.worker.explanation.WireName;
import dev.explanations.worker.store.Origin;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs records and store entries that this worker could not handle as they are, for the
 * health report. Also counts how often tasks died of a record: that outlives replaced threads, but
 * not the process. Thread-safe.
 */
public final class Faults {

  private static final Logger log = LoggerFactory.getLogger(Faults.class);

  /** Number of tasks that have died of a record before it is taken out. */
  private static final int DEATHS = 3;

  private static final int MAX_REMEMBERED = 10_000;
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  /** Kind of fault; an internal one is the worker's own, any other the producer's. */
  public enum Kind implements WireName {
    /** A record of the outcomes topic that cannot be read, or is out of bounds. */
    OUTCOME_SKIPPED(false),
    /** A record of an internal topic whose request was taken although its headers make no sense. */
    REQUEST_MENDED(false),
    /** A record of an internal topic that holds no request. */
    RECORD_SKIPPED(false),
    /** Intake failed over a record, which became a dead letter. */
    INTAKE_FAILED(true),
    /** A task died of a record. */
    TASK_DIED(true),
    /** Tasks had died of a record, which was taken out. */
    RECORD_TAKEN_OUT(true),
    /** An entry of a state store could not be read or handled, and was taken out. */
    ENTRY_TAKEN_OUT(true);

    private final boolean internal;

    Kind(boolean internal) {
      this.internal = internal;
    }
  }

  private final Clock clock;
  private final Map<Kind, LongAdder> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, Instant> logged = new EnumMap<>(Kind.class);
  private volatile @Nullable Instant lastInternal;

  /** Number of deaths by origin, the latest last. */
  private final LinkedHashMap<String, Integer> deaths = new LinkedHashMap<>();

  private volatile boolean anyDeaths;

  public Faults(Clock clock) {
    this.clock = clock;
    for (Kind kind : Kind.values()) {
      counts.put(kind, new LongAdder());
    }
  }

  /** Number of faults of a kind since the start. */
  public long count(Kind kind) {
    return counter(kind).sum();
  }

  private LongAdder counter(Kind kind) {
    return Objects.requireNonNull(counts.get(kind));
  }

  /** Time of the last internal fault. */
  public Optional<Instant> lastInternal() {
    return Optional.ofNullable(lastInternal);
  }

  /** Counts and logs a fault; {@code what} names the record or entry, without its content. */
  public void note(Kind kind, String what, @Nullable Throwable failure) {
    counter(kind).increment();
    Instant now = clock.instant();
    if (kind.internal) {
      lastInternal = now;
    }
    if (isToBeLogged(kind, now)) {
      if (kind.internal) {
        log.error("{}: {}, {} so far", kind.wireName(), what, count(kind), failure);
      } else {
        log.warn("{}: {}, {} so far", kind.wireName(), what, count(kind));
      }
    }
  }

  private synchronized boolean isToBeLogged(Kind kind, Instant now) {
    Instant before = logged.get(kind);
    boolean due = before == null || !before.plus(BETWEEN_LINES).isAfter(now);
    if (due) {
      logged.put(kind, now);
    }
    return due;
  }

  /** Called when a task dies while it handles this record. */
  public void died(Origin record, Throwable failure) {
    note(Kind.TASK_DIED, record.text(), failure);
    countDeath(record.text());
  }

  private synchronized void countDeath(String record) {
    Integer before = deaths.remove(record);
    deaths.put(record, before == null ? 1 : before + 1);
    if (deaths.size() > MAX_REMEMBERED) {
      deaths.pollFirstEntry();
    }
    anyDeaths = true;
  }

  /** Whether so many tasks have died of this record that it is to be taken out. */
  public boolean isCondemned(Origin record) {
    if (!anyDeaths) {
      return false;
    }
    synchronized (this) {
      return deaths.getOrDefault(record.text(), 0) >= DEATHS;
    }
  }

  /** Called when the record has been handled or taken out. */
  public void forget(Origin record) {
    if (anyDeaths) {
      synchronized (this) {
        deaths.remove(record.text());
        anyDeaths = !deaths.isEmpty();
      }
    }
  }
}
