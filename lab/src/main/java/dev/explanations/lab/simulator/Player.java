package dev.explanations.lab.simulator;

import dev.explanations.lab.simulator.script.Script;
import dev.explanations.lab.simulator.script.Timeline;
import dev.explanations.lab.simulator.script.TimelineListener;
import dev.explanations.lab.simulator.statistics.Counters;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Plays one timeline at a time. Thread-safe. */
final class Player {

  /** Timeline that is being played, for the statistics. */
  record Playing(String scenario, Timeline.Phase phase, Duration since) {}

  /** One playing of a timeline; guarded by the player. */
  private static final class Run {
    final Timeline timeline;
    final TimelineListener listener;
    Timeline.Phase phase;
    long began;
    @Nullable ScheduledFuture<?> next;

    Run(Timeline timeline, TimelineListener listener, long began) {
      this.timeline = timeline;
      this.listener = listener;
      this.phase = timeline.phases().getFirst();
      this.began = began;
    }
  }

  private final Script script;
  private final Counters counters;
  private final ScheduledExecutorService scheduler;
  private @Nullable Run current;

  Player(Script script, Counters counters, ScheduledExecutorService scheduler) {
    this.script = script;
    this.counters = counters;
    this.scheduler = scheduler;
  }

  /** Begins with the first phase before it returns; what was played before is stopped. */
  void play(Timeline timeline, TimelineListener listener) {
    Run run;
    synchronized (this) {
      stop();
      run = new Run(timeline, listener, System.nanoTime());
      current = run;
    }
    enter(run, 0, run.began);
  }

  synchronized void stop() {
    Run run = current;
    current = null;
    if (run != null && run.next != null) {
      run.next.cancel(false);
    }
    script.leavePhase();
    counters.enter(null);
  }

  synchronized Optional<Playing> playing() {
    Run run = current;
    return run == null
        ? Optional.empty()
        : Optional.of(
            new Playing(
                run.timeline.name(), run.phase, Duration.ofNanos(System.nanoTime() - run.began)));
  }

  private void enter(Run run, int index, long began) {
    List<Timeline.Phase> phases = run.timeline.phases();
    if (index == phases.size() && !run.timeline.repeats()) {
      if (end(run)) {
        run.listener.over();
      }
      return;
    }
    int next = index % phases.size();
    if (begin(run, phases.get(next), began)) {
      run.listener.began(phases.get(next));
      // only now, so that the listener hears of this phase first
      scheduleAfter(run, next);
    }
  }

  private synchronized boolean begin(Run run, Timeline.Phase phase, long began) {
    if (current != run) {
      return false;
    }
    run.began = began;
    run.phase = phase;
    script.enterPhase(phase.behaviour());
    counters.enter(phase.name());
    return true;
  }

  private synchronized boolean end(Run run) {
    if (current != run) {
      return false;
    }
    stop();
    return true;
  }

  private synchronized void scheduleAfter(Run run, int index) {
    Duration lasts = run.phase.lasts();
    if (current != run || lasts == null) {
      return;
    }
    // from the planned end of the phase, so that delays do not add up
    long end = run.began + lasts.toNanos();
    run.next =
        scheduler.schedule(
            () -> enter(run, index + 1, end), end - System.nanoTime(), TimeUnit.NANOSECONDS);
  }
}
