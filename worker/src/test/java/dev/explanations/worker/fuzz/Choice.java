package dev.explanations.worker.fuzz;

import java.util.List;
import java.util.random.RandomGenerator;

/** Choices of a generator. */
public final class Choice {

  private Choice() {}

  @SafeVarargs
  @SuppressWarnings("varargs") // only read
  public static <T> T of(RandomGenerator random, T... values) {
    return values[random.nextInt(values.length)];
  }

  public static <T> T of(RandomGenerator random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** True once in so many times. */
  public static boolean oneIn(RandomGenerator random, int times) {
    return random.nextInt(times) == 0;
  }

  public static byte[] bytes(RandomGenerator random, int atMost) {
    byte[] bytes = new byte[random.nextInt(atMost + 1)];
    random.nextBytes(bytes);
    return bytes;
  }
}
