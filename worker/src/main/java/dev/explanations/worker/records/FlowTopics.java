package dev.explanations.worker.records;

import dev.explanations.worker.settings.Settings;
import java.util.Set;

/**
 * The topics of the flow.
 *
 * @param accepted valid requests by the hash of their question; internal to the application and
 *     named after it, so that Kafka's reset tool knows it for one of its own
 */
public record FlowTopics(
    String requests,
    String accepted,
    String retries,
    String outcomes,
    String results,
    String deadLetters) {

  public static FlowTopics of(Settings.Topics topics, String applicationId) {
    return new FlowTopics(
        topics.requests(),
        applicationId + "-accepted-repartition",
        topics.retries(),
        topics.outcomes(),
        topics.results(),
        topics.deadLetters());
  }

  /** Those that the stream reads. */
  public Set<String> sources() {
    return Set.of(requests, accepted, retries, outcomes);
  }

  /** Sources that only the application writes to and reads. */
  public Set<String> queues() {
    return Set.of(accepted, retries, outcomes);
  }
}
