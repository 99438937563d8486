package dev.explanations.worker.contract.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.worker.contract.Json;
import dev.explanations.worker.contract.Words;
import dev.explanations.worker.contract.request.Decoded.Invalid;
import dev.explanations.worker.contract.request.Decoded.Valid;
import dev.explanations.worker.explanation.Detail;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.OnUnavailable;
import dev.explanations.worker.explanation.RequestFields;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns request records into requests. Thread-safe. */
public final class RequestDecoder {

  private static final Logger log = LoggerFactory.getLogger(RequestDecoder.class);
  private static final int MAX_DETAIL = 500;
  private static final Duration LONGEST = Duration.ofDays(3_650);
  private static final String REQUEST_ID = "requestId";
  private static final Map<String, Detail> DETAILS = Json.byName(Detail.values(), Detail::wireName);
  private static final Map<String, OnUnavailable> ON_UNAVAILABLE =
      Json.byName(OnUnavailable.values(), OnUnavailable::wireName);

  private final RequestSchema schema = new RequestSchema();
  private final RequestIds ids = new RequestIds(schema);
  private final Set<String> names = schema.fields();
  private final String defaultDetail = schema.defaultOf("detail");
  private final String defaultEducation = schema.defaultOf("education");
  private final String defaultLanguage = schema.defaultOf("language");
  private final String defaultOnUnavailable = schema.defaultOf("onUnavailable");

  /** Decodes a record without a content type. */
  public Decoded decode(byte @Nullable [] key, byte @Nullable [] value) {
    return decode(key, value, null);
  }

  /**
   * Parses and checks a record against {@code schemas/request.schema.json}. Never throws: one bad
   * record must not stop a partition. Takes a value of any size.
   *
   * @param contentType the record's header {@link CloudEvents#CONTENT_TYPE}; {@code null} if it has
   *     none
   */
  public Decoded decode(
      byte @Nullable [] key, byte @Nullable [] value, @Nullable String contentType) {
    try {
      return value == null
          ? invalid("value is null", ids.fromKey(key), RequestFields.NONE)
          : check(key, value, contentType);
    } catch (RuntimeException e) {
      log.error("BUG: a request could not be decoded", e);
      return invalid("cannot be decoded", null, RequestFields.NONE);
    }
  }

  /** The id that a result for this record is addressed to; {@code null} when none is usable. */
  public @Nullable String requestId(
      byte @Nullable [] key, byte @Nullable [] value, @Nullable String contentType) {
    return value == null ? ids.fromKey(key) : ids.find(key, value, within(contentType));
  }

  private static List<Set<String>> within(@Nullable String contentType) {
    String data = dataOf(contentType);
    return data == null ? List.of() : List.of(Set.of(data));
  }

  private static @Nullable String dataOf(@Nullable String contentType) {
    return CloudEvents.isStructured(contentType) ? CloudEvents.DATA : null;
  }

  private Decoded check(byte @Nullable [] key, byte[] value, @Nullable String contentType) {
    String format = ValueFormat.refusal(value);
    String recognised = format == null ? CloudEvents.refusal(contentType) : format;
    if (recognised != null) {
      return invalid(recognised, requestId(key, value, contentType), RequestFields.NONE);
    }
    JsonNode json;
    try {
      json = RequestText.parse(ValueFormat.json(value), dataOf(contentType), names::contains);
    } catch (RequestText.Malformed e) {
      return invalid(
          ValueFormat.isWireFormat(value) ? behindSchemaId(e) : String.valueOf(e.getMessage()),
          requestId(key, value, contentType),
          RequestFields.NONE);
    }
    if (json instanceof ObjectNode object) {
      complete(object, key);
    }
    ExplanationRequest plain = plain(json);
    if (plain != null) {
      return new Valid(plain);
    }
    RequestSchema.Problems problems = schema.problems(json);
    if (!problems.none()) {
      String envelope = envelope(value, contentType);
      return envelope == null
          ? invalid(
              problems.text(), requestId(key, value, contentType), fields(json, problems.fields()))
          : invalid(envelope, ids.find(key, value, Envelopes.CONTENTS), RequestFields.NONE);
    }
    try {
      return new Valid(request(json));
    } catch (IllformedLocaleException e) {
      String demand = "language: " + schema.demandOf("languageTag");
      return invalid(demand, requestId(key, value, contentType), fields(json, Set.of("language")));
    } catch (DateTimeException e) {
      String demand = "deadline: " + schema.demandOf("dateTime");
      return invalid(demand, requestId(key, value, contentType), fields(json, Set.of("deadline")));
    }
  }

  /**
   * Fast path without the schema, whose validation takes longer than all else. Its checks are fewer
   * and at least as strict. {@code null} if they refuse, or if there is a deadline.
   */
  private @Nullable ExplanationRequest plain(JsonNode json) {
    try {
      return json.hasNonNull("deadline") ? null : usable(request(json));
    } catch (IllegalArgumentException | IllformedLocaleException e) {
      return null;
    }
  }

  private static String behindSchemaId(RequestText.Malformed e) {
    return "Confluent wire format, and behind its schema id %s; Avro and Protobuf are not read"
        .formatted(e.getMessage());
  }

  private static @Nullable String envelope(byte[] value, @Nullable String contentType) {
    String data = dataOf(contentType);
    try {
      JsonNode json =
          RequestText.parseAgain(ValueFormat.json(value), data, Envelopes.FIELDS::contains);
      return Envelopes.refusal(json, data != null);
    } catch (RequestText.Malformed e) {
      return null;
    }
  }

  /** Takes a missing id from the key; false when there is none to take. */
  private boolean complete(ObjectNode json, byte @Nullable [] key) {
    if (json.hasNonNull(REQUEST_ID)) {
      return true;
    }
    String id = ids.fromKey(key);
    if (id == null) {
      json.remove(REQUEST_ID);
      return false;
    }
    json.put(REQUEST_ID, id);
    return true;
  }

  private static Invalid invalid(String detail, @Nullable String requestId, RequestFields fields) {
    return new Invalid(ErrorCode.INVALID_REQUEST, Words.cut(detail, MAX_DETAIL), requestId, fields);
  }

  private static RequestFields fields(JsonNode json, Set<String> atFault) {
    return new RequestFields(
        unless(atFault, json, "topic"),
        unless(atFault, json, "subtopic"),
        unless(atFault, json, "detail"),
        unless(atFault, json, "education"),
        unless(atFault, json, "language"));
  }

  private static @Nullable String unless(Set<String> atFault, JsonNode json, String name) {
    return atFault.contains(name) ? null : json.path(name).textValue();
  }

  /**
   * Reads a record that {@link #decode} has found valid. Checks again what the prompt and a
   * result's size rest on, since others can write to the topics behind intake: lengths and
   * characters.
   *
   * @param contentType as for {@link #decode}
   * @throws IllegalArgumentException if it cannot have been valid
   */
  public ExplanationRequest read(
      byte @Nullable [] key, byte[] value, @Nullable String contentType) {
    JsonNode json;
    try {
      json = RequestText.parseAgain(ValueFormat.json(value), dataOf(contentType), names::contains);
    } catch (RequestText.Malformed e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    if (!(json instanceof ObjectNode object) || !complete(object, key)) {
      throw new IllegalArgumentException("requestId is missing");
    }
    try {
      return usable(request(json));
    } catch (IllformedLocaleException | DateTimeException e) {
      throw new IllegalArgumentException("language or deadline is not valid", e);
    }
  }

  private ExplanationRequest usable(ExplanationRequest request) {
    if (schema.isUsable(REQUEST_ID, request.requestId())
        && schema.isUsable("topic", request.topic())
        && schema.isUsable("subtopic", request.subtopic())
        && schema.isUsable("education", request.education())
        && schema.isUsable("language", request.language())) {
      return request;
    }
    throw new IllegalArgumentException("a field is out of bounds");
  }

  private ExplanationRequest request(JsonNode json) {
    return new ExplanationRequest(
        Json.text(json, REQUEST_ID),
        Json.text(json, "topic"),
        Json.text(json, "subtopic"),
        Json.byName(DETAILS, textOr(json, "detail", defaultDetail)),
        textOr(json, "education", defaultEducation),
        wellFormed(textOr(json, "language", defaultLanguage)),
        Json.byName(ON_UNAVAILABLE, textOr(json, "onUnavailable", defaultOnUnavailable)),
        instant(Json.textOrNull(json, "deadline")),
        maxAge(json.path("maxAgeSeconds")));
  }

  /** Nothing is kept for longer than the longest. */
  private static @Nullable Duration maxAge(JsonNode seconds) {
    if (seconds.isMissingNode() || seconds.isNull()) {
      return null;
    }
    if (!seconds.isIntegralNumber() || seconds.longValue() < 0) {
      throw new IllegalArgumentException("maxAgeSeconds is no whole number");
    }
    return Duration.ofSeconds(Math.min(seconds.longValue(), LONGEST.toSeconds()));
  }

  private static String textOr(JsonNode json, String name, String absent) {
    String text = Json.textOrNull(json, name);
    return text == null ? absent : text;
  }

  private static String wellFormed(String languageTag) {
    new Locale.Builder().setLanguageTag(languageTag);
    return languageTag;
  }

  private static @Nullable Instant instant(@Nullable String text) {
    return text == null ? null : OffsetDateTime.parse(text).toInstant();
  }
}
