package dev.explanations.worker.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognises envelopes of Kafka Connect, Debezium and CloudEvents. Asked only about values that are
 * no request, since a request may have fields of these names.
 */
final class Envelopes {

  /** Fields that tell envelopes. */
  static final Set<String> FIELDS =
      Set.of(
          "schema",
          "payload",
          "before",
          "after",
          "op",
          "specversion",
          "data_base64",
          "topic",
          "subtopic");

  /** Fields that hold the wrapped value, by level: CloudEvent, Connect in it, Debezium in that. */
  static final List<Set<String>> CONTENTS =
      List.of(
          Set.of(CloudEvents.DATA, "payload", "after"),
          Set.of("payload", "after"),
          Set.of("after"));

  private Envelopes() {}

  /**
   * Names the envelope and the remedy, for the producer; {@code null} if none is recognised.
   *
   * @param json with {@link #FIELDS}; for a CloudEvent in structured mode its data, if there is any
   */
  static @Nullable String refusal(JsonNode json, boolean structured) {
    if (structured && !json.isObject()) {
      return "data: must be a JSON object";
    }
    if (json.has("topic") || json.has("subtopic")) {
      return null;
    }
    if (json.has("schema") && json.has("payload")) {
      return "an envelope of Kafka Connect (schema, payload): set"
          + " value.converter.schemas.enable=false";
    }
    if (json.has("op") && (json.has("before") || json.has("after"))) {
      return "a change event of Debezium (before, after, op): unwrap it with"
          + " transforms.unwrap.type=io.debezium.transforms.ExtractNewRecordState";
    }
    if (structured && json.has("data_base64")) {
      return "a CloudEvent with data_base64: put the request into data, as a JSON object";
    }
    if (structured && json.has("specversion")) {
      return "a CloudEvent without data: put the request into data, as a JSON object";
    }
    return json.has("specversion")
        ? "a CloudEvent in structured mode without its header: add content-type:"
            + " application/cloudevents+json"
        : null;
  }
}
