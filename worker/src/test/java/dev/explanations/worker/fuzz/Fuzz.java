package dev.explanations.worker.fuzz;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a target with random input. Each run has a generator of its own, by seed and number, so a
 * run that failed can be repeated alone. Properties: {@code fuzz.seed}, {@code fuzz.run} (that run
 * alone), {@code fuzz.duration} (ISO 8601; for so long instead of the usual number of runs, and
 * with another seed each time).
 */
public final class Fuzz {

  private static final Logger log = LoggerFactory.getLogger(Fuzz.class);
  private static final long USUAL_SEED = 17;

  /** Of one run, which takes milliseconds: a regular expression that backtracks takes more. */
  private static final Duration MAX_CPU_TIME = Duration.ofSeconds(20);

  private Fuzz() {}

  /** Takes its input from the generator alone, and throws when a property does not hold. */
  @FunctionalInterface
  public interface Target {
    void run(RandomGenerator random) throws Exception;
  }

  /**
   * @param runs unless {@code fuzz.duration} is set
   * @throws AssertionError for the first run that fails, with what repeats it
   */
  public static void run(String name, int runs, Target target) {
    Duration duration = Duration.parse(System.getProperty("fuzz.duration", "PT0S"));
    long seed = Long.getLong("fuzz.seed", duration.isZero() ? USUAL_SEED : System.nanoTime());
    @Nullable Long only = Long.getLong("fuzz.run");
    if (only != null) {
      one(name, seed, only, target);
      return;
    }
    long begin = System.nanoTime();
    long run = 0;
    while (duration.isZero() ? run < runs : System.nanoTime() - begin < duration.toNanos()) {
      one(name, seed, run++, target);
    }
    log.info("{}: {} runs with seed {} in {} ms", name, run, seed, millisSince(begin));
  }

  private static void one(String name, long seed, long run, Target target) {
    long begin = cpuNanos();
    try {
      target.run(new SplittableRandom(seed * 1_000_003 + run));
    } catch (Exception | Error e) {
      throw failed(name, seed, run, e.toString(), e);
    }
    if (cpuNanos() - begin > MAX_CPU_TIME.toNanos()) {
      throw failed(name, seed, run, "took more than " + MAX_CPU_TIME, null);
    }
  }

  private static AssertionError failed(
      String name, long seed, long run, String what, @Nullable Throwable cause) {
    return new AssertionError(
        "%s: %s; to repeat it: -Dfuzz.seed=%d -Dfuzz.run=%d".formatted(name, what, seed, run),
        cause);
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static long millisSince(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
  }
}
