package dev.explanations.lab.soak.traffic;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Draws requests: half of them ask the hot question, others a new one or one that was asked before.
 * The same seed gives the same requests. Used by one thread.
 */
public final class RequestDraw {

  /** Number of topics; a fault may invalidate any of them. */
  private static final int TOPICS = 8;

  private static final double HOT = 0.5;
  private static final double NEW = 0.6;
  private static final int RECENT = 2_000;
  private static final int LARGE_HEADER = 4_000;

  private final RandomGenerator random;
  private final long seed;
  private long requests;
  private long questions;

  public RequestDraw(RandomGenerator random, long seed) {
    this.random = random;
    this.seed = seed;
  }

  /** Topics of all requests. */
  public static List<String> topics() {
    return LongStream.range(0, TOPICS).mapToObj(RequestDraw::topic).toList();
  }

  private static String topic(long number) {
    return "Topic " + number % TOPICS;
  }

  /** The question that half of all requests ask. */
  public String hotQuestion() {
    return question(0);
  }

  /** Draws a request of the usual load. */
  DrawnRequest next() {
    return random.nextDouble() < HOT ? ask(0) : cold();
  }

  /** Draws a request with a new question, which no cache has, to overload the workers. */
  DrawnRequest nextNew() {
    return ask(++questions);
  }

  private DrawnRequest cold() {
    if (questions == 0 || random.nextDouble() < NEW) {
      return nextNew();
    }
    return ask(questions - random.nextLong(Math.min(RECENT, questions)));
  }

  private DrawnRequest ask(long question) {
    String id = "s%d-%d".formatted(seed, requests++);
    return new DrawnRequest(
        id, topic(question), question(question), deadline(), chance(0.05), headers(id));
  }

  private String question(long number) {
    return "Question %d of run %d".formatted(number, seed);
  }

  private @Nullable Duration deadline() {
    return chance(0.15) ? Duration.ofSeconds(random.nextInt(5, 90)) : null;
  }

  private Map<String, String> headers(String id) {
    int size = chance(0.02) ? LARGE_HEADER : 8;
    return Map.of("correlation-id", "c-" + id, "padding", "p".repeat(size));
  }

  private boolean chance(double share) {
    return random.nextDouble() < share;
  }
}
