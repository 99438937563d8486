package dev.explanations.worker.topics;

import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.records.FlowTopics;
import dev.explanations.worker.records.TopicLimits;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.store.TaskStores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.TopicConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks at the start that every topic takes what the worker writes there: one record that is too
 * large would stop its partition for ever. Results and dead letters are made to fit.
 */
record TopicSizes(TopicAdmin admin, FlowTopics flow, Settings settings) {

  /**
   * Largest unpacked record on topics that the worker creates: Kafka's default for records that are
   * not compressed.
   */
  static final int MAX_UNPACKED_BYTES = 1024 * 1024;

  private static final int LEAST_FOR_CONTROL = 4 * 1024;

  private static final Logger log = LoggerFactory.getLogger(TopicSizes.class);

  /**
   * Called when the topics exist.
   *
   * @throws StartException if a topic takes less than the worker must be able to write there
   */
  TopicLimits check() throws InterruptedException, ExecutionException {
    Map<String, Integer> least = least();
    List<String> names = new ArrayList<>(least.keySet());
    names.add(flow.requests());
    Map<String, Config> configs = admin.configs(names);
    List<String> tooSmall = new ArrayList<>();
    least.forEach(
        (topic, bytes) -> {
          int limit = TopicAdmin.maxRecordBytes(configs.get(topic));
          if (limit < bytes) {
            tooSmall.add("that of %s is %d, and must be %d".formatted(topic, limit, bytes));
          }
        });
    if (!tooSmall.isEmpty()) {
      throw new StartException(
          "max.message.bytes is too small for what the worker has to write: "
              + String.join("; ", tooSmall)
              + ". Raise it (kafka-configs --alter --entity-type topics), or lower"
              + " MAX_REQUEST_BYTES");
    }
    Config requests = configs.get(flow.requests());
    if (requests != null) {
      warnOfBombs(requests);
    }
    return new TopicLimits(
        TopicAdmin.maxRecordBytes(configs.get(flow.results())),
        TopicAdmin.maxRecordBytes(configs.get(flow.deadLetters())));
  }

  private Map<String, Integer> least() {
    int requests = TopicLimits.leastForRequests(settings.requests().maxBytes());
    Map<String, Integer> least = new LinkedHashMap<>();
    least.put(flow.accepted(), requests);
    least.put(flow.retries(), requests);
    least.put(flow.outcomes(), TopicLimits.leastForOutcomes());
    least.put(flow.results(), TopicLimits.leastForResults());
    least.put(flow.deadLetters(), TopicLimits.LEAST_FOR_DEAD_LETTERS);
    least.put(settings.topics().control(), LEAST_FOR_CONTROL);
    least.putAll(
        TaskStores.largestRecords(
            settings.streams().applicationId(), requests, TopicLimits.leastForOutcomes()));
    return least;
  }

  /** The client holds an unpacked record before anybody can measure it. */
  private void warnOfBombs(Config requests) {
    ConfigEntry entry = requests.get(TopicConfig.MAX_DECOMPRESSED_MESSAGE_BYTES_CONFIG);
    long bytes =
        entry == null || entry.value() == null ? Integer.MAX_VALUE : Long.parseLong(entry.value());
    if (bytes > ClientProperties.MAX_RECORD_BYTES) {
      long megabytes = bytes >> 20;
      int threads = settings.streams().threads();
      log.warn(
          "A compressed record of {} may unpack to {} MB, and each of {} stream threads may hold"
              + " one: a heap of {} MB at the worst. {} (docs/operations.md, \"Compressed"
              + " requests\")",
          flow.requests(),
          megabytes,
          threads,
          megabytes * threads,
          entry == null
              ? "The broker is too old for max.decompressed.message.bytes"
              : "Set max.decompressed.message.bytes of the topic to " + MAX_UNPACKED_BYTES);
    }
  }
}
