package dev.explanations.lab.simulator.script;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Phases that follow one another by themselves. After the last the simulator does again what it did
 * before, unless the timeline repeats or its last phase has no end.
 *
 * @param name for people
 */
public record Timeline(String name, List<Phase> phases, boolean repeats) {

  /**
   * One behaviour for some time.
   *
   * @param name for people and for the statistics, which count the calls of all phases with one
   *     name together
   * @param lasts {@code null} is until the simulator is told otherwise
   */
  public record Phase(String name, Behaviour behaviour, @Nullable Duration lasts) {
    public Phase {
      if (lasts != null && !lasts.isPositive()) {
        throw new IllegalArgumentException("phase '" + name + "' must last longer than 0");
      }
    }

    /** A phase without an end. */
    public Phase(String name, Behaviour behaviour) {
      this(name, behaviour, null);
    }
  }

  /**
   * Makes a timeline.
   *
   * @throws IllegalArgumentException when a phase without an end is not the last, or would repeat
   */
  public Timeline {
    phases = List.copyOf(phases);
    if (phases.isEmpty()) {
      throw new IllegalArgumentException("a scenario must have at least one phase");
    }
    int mustEnd = repeats ? phases.size() : phases.size() - 1;
    for (Phase phase : phases.subList(0, mustEnd)) {
      if (phase.lasts() == null) {
        throw new IllegalArgumentException(
            "phase '" + phase.name() + "' needs a duration, since something follows it");
      }
    }
  }

  /** Plays those phases once. */
  public static Timeline of(String name, Phase... phases) {
    return new Timeline(name, List.of(phases), false);
  }
}
