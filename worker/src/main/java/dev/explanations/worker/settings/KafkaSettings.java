package dev.explanations.worker.settings;

import static dev.explanations.worker.settings.Types.bool;
import static dev.explanations.worker.settings.Types.duration;
import static dev.explanations.worker.settings.Types.integer;
import static dev.explanations.worker.settings.Types.path;
import static dev.explanations.worker.settings.Types.replicas;
import static dev.explanations.worker.settings.Types.text;
import static dev.explanations.worker.settings.Types.topic;

import dev.explanations.worker.settings.Setting.Group;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

final class KafkaSettings {
  static final Group KAFKA = new Group("Kafka and the stream");
  static final Group TOPICS = new Group("Topics");

  private static final String BROKER = "([A-Z_]+://)?(\\[[0-9a-fA-F:]+]|[^\\s,:/\\[\\]]+):\\d{1,5}";

  static final Setting<String> BOOTSTRAP_SERVERS =
      KAFKA.of(
          "KAFKA_BOOTSTRAP_SERVERS",
          text("a comma-separated list of host:port", BROKER + "(\\s*,\\s*" + BROKER + ")*"),
          "localhost:9092",
          "The brokers to start from.");
  static final Setting<String> APPLICATION_ID =
      KAFKA.of(
          "APPLICATION_ID",
          text(
              "letters, digits, '.', '_' and '-', at most 100 characters",
              "[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}"),
          "explanation-worker",
          "The name that all workers of one application share: consumer group, internal topics,"
              + " transactions.");
  static final Setting<Integer> STREAM_THREADS =
      KAFKA.derived(
          "STREAM_THREADS", integer(1, 256), "the number of processors", "Threads of the stream.");
  static final Setting<Path> STATE_DIR =
      KAFKA.of(
          "STATE_DIR",
          path(),
          "state",
          "Directory of the state stores, relative to the working directory; should survive"
              + " restarts.");
  static final Setting<String> INSTANCE_ID =
      KAFKA.derived(
          "INSTANCE_ID",
          text(
              "letters, digits, '.', '_' and '-', at most 200 characters, but not 'paused'",
              "(?!paused$)[A-Za-z0-9._-]{1,200}"),
          "random, kept in `STATE_DIR`",
          "The name of this worker, the same after a restart and different from every other"
              + " worker's.");
  static final Setting<Boolean> LEAVE_ON_STOP =
      KAFKA.of(
          "LEAVE_ON_STOP",
          bool(),
          "false",
          "Leave the consumer group at a stop (scale-in) rather than keep the place for a"
              + " restart.");
  static final Setting<Duration> SHUTDOWN_TIMEOUT =
      KAFKA.derived(
          "SHUTDOWN_TIMEOUT",
          duration(Duration.ofMillis(100), Duration.ofHours(2)),
          "`GEMINI_TIMEOUT` + 10s",
          "How long a stop may take; its last 5 s are for committing and closing, the rest is for"
              + " running calls.");

  static final Setting<String> TOPIC_REQUESTS =
      TOPICS.of("TOPIC_REQUESTS", topic(), "explanations.requests", "Producers write it.");
  static final Setting<String> TOPIC_RESULTS =
      TOPICS.of("TOPIC_RESULTS", topic(), "explanations.results", "Consumers read it.");
  static final Setting<String> TOPIC_RETRIES =
      TOPICS.of(
          "TOPIC_RETRIES",
          topic(),
          "explanations.retries",
          "Requests that have met an open circuit breaker; the worker writes and reads it.");
  static final Setting<String> TOPIC_DEAD_LETTERS =
      TOPICS.of(
          "TOPIC_DEAD_LETTERS",
          topic(),
          "explanations.dead-letters",
          "Requests that were given up, as they came.");
  static final Setting<String> TOPIC_OUTCOMES =
      TOPICS.of(
          "TOPIC_OUTCOMES", topic(), "explanations.outcomes", "Internal: what came of each call.");
  static final Setting<String> TOPIC_CONTROL =
      TOPICS.of(
          "TOPIC_CONTROL", topic(), "explanations.control", "Internal: commands for every worker.");
  static final Setting<Integer> PARTITIONS =
      TOPICS.of(
          "PARTITIONS",
          integer(1, 10_000),
          "12",
          "Partitions of the topics that the worker creates, except the control topic; fixed for"
              + " the life of an `APPLICATION_ID`.");
  static final Setting<Integer> REPLICATION_FACTOR =
      TOPICS.of(
          "REPLICATION_FACTOR",
          replicas(),
          "-1",
          "Replicas of the topics that the worker creates; -1 is the broker's default.");

  private KafkaSettings() {}

  /** Refuses a setting of earlier versions, whose other value weakened the guarantee. */
  static void refuseRemoved(Values values) {
    String removed = "PROCESSING_GUARANTEE";
    String text = values.texts().get(removed);
    if (text != null) {
      values.problem(
          "%s=%s: must not be set (removed: the worker is exactly-once, always)"
              .formatted(removed, Values.quoted(text)));
    }
  }

  static Settings.Streams streams(Values values, Duration geminiTimeout) {
    return new Settings.Streams(
        values.get(APPLICATION_ID),
        values.getOr(STREAM_THREADS, Runtime.getRuntime().availableProcessors()),
        values.get(STATE_DIR),
        values.find(INSTANCE_ID),
        values.get(LEAVE_ON_STOP),
        values.getOr(SHUTDOWN_TIMEOUT, geminiTimeout.plusSeconds(10)));
  }

  static Settings.Topics topics(Values values) {
    Map<String, Setting<String>> byTopic = new HashMap<>();
    for (Setting<String> setting :
        List.of(
            TOPIC_REQUESTS,
            TOPIC_RESULTS,
            TOPIC_RETRIES,
            TOPIC_DEAD_LETTERS,
            TOPIC_OUTCOMES,
            TOPIC_CONTROL)) {
      String topic = values.get(setting);
      Setting<String> other = byTopic.putIfAbsent(topic, setting);
      if (other != null) {
        values.require(
            false,
            "%s and %s are both %s: must be different topics"
                .formatted(other.name(), setting.name(), topic),
            other,
            setting);
      }
    }
    return new Settings.Topics(
        values.get(TOPIC_REQUESTS),
        values.get(TOPIC_RESULTS),
        values.get(TOPIC_RETRIES),
        values.get(TOPIC_DEAD_LETTERS),
        values.get(TOPIC_OUTCOMES),
        values.get(TOPIC_CONTROL),
        values.get(PARTITIONS),
        values.get(REPLICATION_FACTOR).shortValue());
  }
}
