package dev.explanations.lab.simulator.script;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long a call takes. */
public sealed interface Latency {

  Latency NONE = new Fixed(Duration.ZERO);

  /** The time that the next call takes. */
  Duration next(RandomGenerator random);

  record Fixed(Duration delay) implements Latency {
    @Override
    public Duration next(RandomGenerator random) {
      return delay;
    }
  }

  /**
   * The long tail that real models have.
   *
   * @param sigma standard deviation of the logarithm: 0.5 puts the 99th percentile at 3.2 medians
   */
  record LogNormal(Duration median, double sigma) implements Latency {
    @Override
    public Duration next(RandomGenerator random) {
      double factor = Math.exp(sigma * random.nextGaussian());
      return Duration.ofNanos(Math.round(median.toNanos() * factor));
    }
  }
}
