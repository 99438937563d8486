package dev.explanations.lab.faults;

import dev.explanations.lab.faults.Fault.Step;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A fault with its parameters drawn.
 *
 * @param lasts zero for a fault of a moment
 */
record Draw(Fault fault, Duration lasts) {

  private static final int MILLIS = 1_000;

  /** Makes a fault of one sort. */
  @FunctionalInterface
  interface Sort {
    Draw next(RandomGenerator random);
  }

  /** A sort of fault and its weight in the draw, relative to the weights of the others. */
  record Weighted(int weight, Sort sort) {}

  static Draw of(
      FaultKind kind, String name, Set<String> holds, Duration lasts, Step begin, Step end) {
    return new Draw(new Fault(kind, name, holds, begin, end), lasts);
  }

  /** A fault of a moment. */
  static Draw moment(FaultKind kind, String name, Set<String> holds, Step step) {
    return of(kind, name, holds, Duration.ZERO, step, Step.NOTHING);
  }

  /** A random duration from {@code least} to {@code most} seconds, in steps of 0.1 s. */
  static Duration seconds(RandomGenerator random, int least, int most) {
    return Duration.ofMillis(random.nextInt(least * 10, most * 10 + 1) * (MILLIS / 10L));
  }

  static <T> T one(RandomGenerator random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** Draws {@code count} different elements, and keeps their order in the list. */
  static <T> List<T> some(RandomGenerator random, List<T> list, int count) {
    List<T> left = new ArrayList<>(list);
    while (left.size() > count) {
      left.remove(random.nextInt(left.size()));
    }
    return left;
  }
}
