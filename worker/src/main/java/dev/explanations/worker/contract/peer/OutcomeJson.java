package dev.explanations.worker.contract.peer;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.explanations.worker.contract.Bounds;
import dev.explanations.worker.contract.ChargeJson;
import dev.explanations.worker.contract.Json;
import dev.explanations.worker.contract.UsageJson;
import dev.explanations.worker.contract.Words;
import dev.explanations.worker.contract.peer.OutcomeRecord.CallEnded;
import dev.explanations.worker.contract.peer.OutcomeRecord.Handoff;
import dev.explanations.worker.contract.peer.OutcomeRecord.LaneCalls;
import dev.explanations.worker.contract.peer.OutcomeRecord.Marker;
import dev.explanations.worker.contract.peer.OutcomeRecord.Postponed;
import dev.explanations.worker.contract.peer.OutcomeRecord.RunningCall;
import dev.explanations.worker.contract.peer.OutcomeRecord.Wake;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Outcome records as in {@code schemas/outcome.schema.json}. Thread-safe. Workers of different
 * versions share the topic during an upgrade: unknown fields are ignored, and what cannot be read,
 * or is out of {@link Bounds}, is no reason to stop. All that is written is within them.
 */
public final class OutcomeJson {

  private static final String RETRY_AFTER = "retryAfterMillis";
  private static final String EXPLANATION = "explanation";
  private static final String TOPIC_HASH = "topicHash";
  private static final String QUESTION_HASH = "questionHash";
  private static final String CALLED_AT = "calledAtMillis";
  private static final String EXPIRES_AT = "expiresAtMillis";
  private static final String LATEST_END = "latestEndMillis";
  private static final String TRACEPARENT = "traceparent";
  private static final String CHARGE = "charge";
  private static final String LANE = "lane";
  private static final String BEGUN = "begun";

  /** UTF-8 JSON; a delay is rounded up to milliseconds, instants are cut to them. */
  public byte[] write(OutcomeRecord outcome) {
    return Json.object(
        json -> {
          switch (outcome) {
            case CallEnded ended -> {
              ended(json, ended);
              if (ended.traceparent() != null) {
                Json.text(json, TRACEPARENT, ended.traceparent());
              }
              ChargeJson.write(json, CHARGE, ended.charge());
              if (ended.lane() != null) {
                Json.text(json, LANE, ended.lane().lane());
                json.writeNumberField(BEGUN, ended.lane().begun());
              }
            }
            case Postponed(String callId) -> {
              Json.text(json, "type", "postponed");
              Json.text(json, "callId", callId);
            }
            case Marker(String nonce) -> {
              Json.text(json, "type", "marker");
              Json.text(json, "nonce", nonce);
            }
            case Handoff(List<RunningCall> calls, String lane) -> {
              handoff(json, calls);
              if (lane != null) {
                Json.text(json, LANE, lane);
              }
            }
            case Wake _ -> Json.text(json, "type", "wake");
          }
        });
  }

  private static void ended(JsonGenerator json, CallEnded ended) throws IOException {
    Json.text(json, "type", type(ended.outcome()));
    Json.text(json, "callId", ended.callId());
    switch (ended.outcome()) {
      case Outcome.Explained(Explanation explanation) ->
          explanation(json, explanation, ended.validity());
      case Outcome.Found(Explanation explanation) ->
          explanation(json, explanation, ended.validity());
      case Outcome.Failed failed -> {
        Json.text(json, "error", failed.code().wireName());
        Json.text(json, "message", Words.cut(failed.message(), Bounds.MESSAGE));
        if (failed instanceof Outcome.Throttled(var _, var _, Duration after) && after != null) {
          json.writeNumberField(RETRY_AFTER, millis(after));
        }
        if (!ended.validity().equals(Validity.NONE)) {
          validity(json, ended.validity());
        }
      }
    }
  }

  private static long millis(Duration delay) {
    Duration least = delay.isNegative() ? Duration.ZERO : delay;
    Duration bounded = least.compareTo(Bounds.DELAY) > 0 ? Bounds.DELAY : least;
    return bounded.plusNanos(999_999).toMillis();
  }

  private static void explanation(JsonGenerator json, Explanation explanation, Validity validity)
      throws IOException {
    json.writeObjectFieldStart(EXPLANATION);
    Json.text(json, "text", explanation.text());
    Json.text(json, "model", explanation.model());
    Json.text(json, "promptVersion", explanation.promptVersion());
    UsageJson.write(json, explanation.usage());
    json.writeEndObject();
    validity(json, validity);
  }

  private static void validity(JsonGenerator json, Validity validity) throws IOException {
    Json.text(json, TOPIC_HASH, validity.hashes().topic());
    Json.text(json, QUESTION_HASH, validity.hashes().question());
    Json.text(json, "generation", validity.generation().text());
    json.writeNumberField(CALLED_AT, validity.calledAt().toEpochMilli());
    json.writeNumberField(EXPIRES_AT, validity.expiresAt().toEpochMilli());
  }

  private static String type(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Explained _ -> "explained";
      case Outcome.Found _ -> "found";
      case Outcome.Throttled _ -> "throttled";
      case Outcome.Unavailable _, Outcome.ConnectionLost _ -> "unavailable";
      case Outcome.Unusable _ -> "unusable";
      case Outcome.Misconfigured _ -> "misconfigured";
      case Outcome.Rejected _ -> "rejected";
    };
  }

  private static void handoff(JsonGenerator json, List<RunningCall> calls) throws IOException {
    Json.text(json, "type", "handoff");
    json.writeArrayFieldStart("calls");
    for (RunningCall call : calls) {
      json.writeStartObject();
      Json.text(json, "cacheKey", call.cacheKey());
      Json.text(json, "callId", call.callId());
      json.writeNumberField(LATEST_END, call.latestEnd().toEpochMilli());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Empty when {@code bytes} are not an outcome record that this version knows. */
  public Optional<OutcomeRecord> read(byte @Nullable [] bytes) {
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(Json.tree(bytes)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static OutcomeRecord read(JsonNode json) {
    return switch (Json.text(json, "type")) {
      case "marker" -> new Marker(Bounds.text(json, "nonce", Bounds.NAME));
      case "handoff" -> new Handoff(calls(json.path("calls")), textOrNull(json, LANE));
      case "wake" -> new Wake();
      case "postponed" -> new Postponed(callId(json));
      case String type ->
          new CallEnded(
              callId(json),
              outcome(type, json),
              validity(json),
              textOrNull(json, TRACEPARENT),
              ChargeJson.read(json, CHARGE),
              lane(json));
    };
  }

  private static String callId(JsonNode json) {
    return Bounds.text(json, "callId", Bounds.NAME);
  }

  private static @Nullable String textOrNull(JsonNode json, String name) {
    return json.hasNonNull(name) ? Bounds.text(json, name, Bounds.NAME) : null;
  }

  private static @Nullable LaneCalls lane(JsonNode json) {
    String lane = textOrNull(json, LANE);
    return lane == null
        ? null
        : new LaneCalls(lane, Bounds.number(json, BEGUN, 0, Bounds.LANE_CALLS));
  }

  private static List<RunningCall> calls(JsonNode array) {
    if (!array.isArray() || array.size() > Bounds.CALLS) {
      throw new IllegalArgumentException("calls is not an array, or too long");
    }
    List<RunningCall> calls = new ArrayList<>(array.size());
    for (JsonNode call : array) {
      calls.add(
          new RunningCall(
              Bounds.cacheKey(call, "cacheKey"), callId(call), Bounds.millis(call, LATEST_END)));
    }
    return calls;
  }

  private static Outcome outcome(String type, JsonNode json) {
    return switch (type) {
      case "explained" -> new Outcome.Explained(explanation(json));
      case "found" -> new Outcome.Found(explanation(json));
      default -> failed(type, json);
    };
  }

  private static Explanation explanation(JsonNode json) {
    JsonNode explanation = Json.object(json, EXPLANATION);
    return new Explanation(
        Bounds.text(explanation, "text", Bounds.TEXT),
        Bounds.textOrEmpty(explanation, "model", Bounds.NAME),
        Bounds.textOrEmpty(explanation, "promptVersion", Bounds.NAME),
        UsageJson.read(explanation));
  }

  /** Every explanation has one, and a refusal that is remembered. */
  private static Validity validity(JsonNode json) {
    return json.has(TOPIC_HASH) || json.has(EXPLANATION)
        ? new Validity(
            new FoldedHashes(
                Bounds.textOrEmpty(json, TOPIC_HASH, Bounds.HASH),
                Bounds.textOrEmpty(json, QUESTION_HASH, Bounds.HASH)),
            Generation.parse(Bounds.text(json, "generation", Bounds.NAME)),
            json.has(CALLED_AT) ? Bounds.millis(json, CALLED_AT) : Instant.EPOCH,
            Bounds.millis(json, EXPIRES_AT))
        : Validity.NONE;
  }

  private static Outcome failed(String type, JsonNode json) {
    ErrorCode code =
        ErrorCode.ofWireName(Json.text(json, "error"))
            .orElseThrow(() -> new IllegalArgumentException("unknown error code"));
    String message = Bounds.textOrEmpty(json, "message", Bounds.MESSAGE);
    return switch (type) {
      case "throttled" -> new Outcome.Throttled(code, message, retryAfter(json));
      case "unavailable" -> new Outcome.Unavailable(code, message);
      case "unusable" -> new Outcome.Unusable(code, message);
      case "misconfigured" -> new Outcome.Misconfigured(code, message);
      case "rejected" -> new Outcome.Rejected(code, message);
      default -> throw new IllegalArgumentException("unknown type");
    };
  }

  private static @Nullable Duration retryAfter(JsonNode json) {
    return json.hasNonNull(RETRY_AFTER)
        ? Duration.ofMillis(Bounds.number(json, RETRY_AFTER, 0, Bounds.DELAY.toMillis()))
        : null;
  }
}
