package dev.explanations.worker.records;

import dev.explanations.worker.settings.Settings;
import java.util.Set;

/**
 * Names of the topics that the stream reads and writes.
 *
 * @param accepted valid requests by the hash of their question; internal to the application, and
 *     named so that Kafka's reset tool deletes it
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

  /** Topics that the stream reads. */
  public Set<String> sources() {
    return Set.of(requests, accepted, retries, outcomes);
  }

  /** Topics that only this application writes and reads. */
  public Set<String> queues() {
    return Set.of(accepted, retries, outcomes);
  }
}
