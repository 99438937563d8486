package dev.explanations.lab.faults;

import dev.explanations.lab.faults.target.SmallDisk;
import java.util.List;
import java.util.stream.Stream;

/**
 * Workers, topics and models that a plan may choose from.
 *
 * @param workers that run all the time; at least two
 * @param topics to invalidate
 * @param models of workers; the first is theirs at the start
 * @param smallDisk whether file systems can be mounted: {@link SmallDisk#isPossible}
 */
public record Scope(
    List<String> workers, List<String> topics, List<String> models, boolean smallDisk) {

  /** A further worker, which joins and leaves; needs addresses of its own at the brokers. */
  public static final String JOINER = "joiner";

  /** A further worker, whose disk becomes full; needs addresses of its own at the brokers, too. */
  public static final String SMALL = "small";

  public Scope {
    workers = List.copyOf(workers);
    topics = List.copyOf(topics);
    models = List.copyOf(models);
    if (workers.size() < 2 || topics.isEmpty() || models.isEmpty()) {
      throw new IllegalArgumentException("two workers, a topic and a model at least");
    }
  }

  /** Workers of all kinds: the clients of a broker cluster. */
  public static List<String> clients(List<String> workers) {
    return Stream.concat(workers.stream(), Stream.of(JOINER, SMALL)).toList();
  }
}
