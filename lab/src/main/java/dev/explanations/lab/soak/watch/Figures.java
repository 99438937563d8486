package dev.explanations.lab.soak.watch;

import dev.explanations.lab.guarantees.Observation;
import dev.explanations.lab.guarantees.Observation.Answered;
import dev.explanations.lab.guarantees.Observation.CallBegan;
import dev.explanations.lab.guarantees.Observation.DeadLettered;
import dev.explanations.lab.guarantees.Observation.FaultChanged;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import dev.explanations.lab.guarantees.Observation.NotRequested;
import dev.explanations.lab.guarantees.Observation.Ordered;
import dev.explanations.lab.guarantees.Observation.Progress;
import dev.explanations.lab.guarantees.Observation.Requested;
import dev.explanations.lab.guarantees.Observation.WorkerChanged;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Counts observations for the report. Thread-safe. */
public final class Figures implements Consumer<Observation> {

  private static final class Reading {
    long committed = -1;
    long since;
  }

  private final Set<String> unanswered = ConcurrentHashMap.newKeySet();
  private final Set<Class<? extends Observation>> kinds = new HashSet<>();
  private final Map<String, Long> answers = new TreeMap<>();
  private final Map<FaultKind, Long> faults = new EnumMap<>(FaultKind.class);
  private final Map<String, Long> faultNames = new TreeMap<>();
  private final Map<String, Long> changes = new TreeMap<>();
  private final Map<String, Long> orders = new TreeMap<>();
  private final Map<String, Reading> readings = new TreeMap<>();
  private final Map<String, Long> silences = new TreeMap<>();
  private final RepeatedCalls repeated;
  private long requests;
  private long refused;
  private long deadLetters;
  private long calls;
  private long results;

  public Figures(RepeatedCalls repeated) {
    this.repeated = repeated;
  }

  @Override
  public synchronized void accept(Observation observation) {
    repeated.saw(observation);
    kinds.add(observation.getClass());
    switch (observation) {
      case Requested requested -> {
        requests++;
        unanswered.add(requested.requestId());
      }
      case NotRequested not -> {
        refused++;
        unanswered.remove(not.requestId());
      }
      case Answered answer -> {
        results++;
        unanswered.remove(answer.requestId());
        answers.merge(answer(answer), 1L, Long::sum);
      }
      case DeadLettered _ -> deadLetters++;
      case CallBegan _ -> calls++;
      case FaultChanged fault when fault.begins() -> {
        faults.merge(fault.kind(), 1L, Long::sum);
        faultNames.merge(sort(fault.fault()), 1L, Long::sum);
      }
      case WorkerChanged change -> changes.merge(change.change().name(), 1L, Long::sum);
      case Ordered ordered -> orders.merge(ordered.order().name(), 1L, Long::sum);
      case Progress progress -> progressed(progress);
      default -> {}
    }
  }

  /** Kinds of observations that were made at all. */
  public synchronized Set<Class<? extends Observation>> kinds() {
    return Set.copyOf(kinds);
  }

  /** Requests without a result so far. */
  public int unanswered() {
    return unanswered.size();
  }

  public synchronized long requests() {
    return requests;
  }

  public synchronized long refused() {
    return refused;
  }

  public synchronized long results() {
    return results;
  }

  public synchronized long deadLetters() {
    return deadLetters;
  }

  public synchronized long calls() {
    return calls;
  }

  /** Results by status, with their source or error. */
  public synchronized Map<String, Long> answers() {
    return new TreeMap<>(answers);
  }

  public synchronized Map<FaultKind, Long> faults() {
    return new EnumMap<>(faults);
  }

  public synchronized Map<String, Long> faultNames() {
    return new TreeMap<>(faultNames);
  }

  /** Changes of workers' processes, by kind. */
  public synchronized Map<String, Long> changes() {
    return new TreeMap<>(changes);
  }

  public synchronized Map<String, Long> orders() {
    return new TreeMap<>(orders);
  }

  /**
   * Longest time, by partition, in which the group had records to read and its offset stood still.
   */
  public synchronized Map<String, Duration> silences() {
    Map<String, Duration> durations = new TreeMap<>();
    silences.forEach((partition, nanos) -> durations.put(partition, Duration.ofNanos(nanos)));
    return durations;
  }

  public synchronized Map<RepeatedCalls.Reason, Long> repeatedCalls() {
    return repeated.counts();
  }

  public synchronized List<String> unexplainedCalls() {
    return repeated.unexplained();
  }

  private void progressed(Progress progress) {
    String partition = progress.topic() + "-" + progress.partition();
    Reading reading = readings.computeIfAbsent(partition, each -> new Reading());
    if (reading.committed != progress.committed() || progress.committed() >= progress.end()) {
      reading.committed = progress.committed();
      reading.since = progress.nanos();
    }
    silences.merge(partition, progress.nanos() - reading.since, Math::max);
  }

  /** Kind of a fault: its name without the numbers and workers that tell single faults apart. */
  private static String sort(String fault) {
    return fault.replaceAll("\\[[^]]*]|\\d+|( w\\d+)+", "N").replaceAll("N( N)+", "N");
  }

  private static String answer(Answered answer) {
    String status = answer.body().path("status").asText();
    String why = answer.body().path(status.equals("explained") ? "source" : "error").asText();
    return status + ", " + why;
  }
}
