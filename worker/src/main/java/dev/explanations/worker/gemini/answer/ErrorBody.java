package dev.explanations.worker.gemini.answer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Google puts into an error: {@code {"error": {code, message, status, details}}}. */
record ErrorBody(JsonNode error) {

  private static final ObjectReader JSON = new ObjectMapper().reader();
  private static final Pattern DELAY = Pattern.compile("(\\d{1,9})(?:\\.(\\d{1,9})\\d*)?s");
  private static final Pattern RETRY_IN =
      Pattern.compile("retry in (\\d{1,9})(?:\\.(\\d{1,9})\\d*)?s", Pattern.CASE_INSENSITIVE);

  /** Words of a 429 that no wait of minutes will clear. */
  private static final List<String> USED_UP =
      List.of(
          "spend cap",
          "spending cap",
          "spend limit",
          "spending limit",
          "prepaid",
          "prepay",
          "depleted");

  /** Words of a quota that lasts for a day or longer, where no quota is named. */
  private static final Pattern OF_A_DAY =
      Pattern.compile("\\b(?:per[ _](?:day|week|month)|daily|weekly|monthly|rpd)\\b");

  /** Parses any body; one that is no such error has no fields. */
  static ErrorBody of(String body) {
    try {
      JsonNode json = JSON.readTree(body);
      // streaming endpoints wrap the error in an array
      JsonNode error = (json.isArray() ? json.path(0) : json).path("error");
      return new ErrorBody(error.isTextual() ? message(error.textValue()) : error);
    } catch (JsonProcessingException e) {
      return new ErrorBody(MissingNode.getInstance());
    }
  }

  /** Relays leave out the object around it. */
  private static JsonNode message(String text) {
    return JsonNodeFactory.instance.objectNode().put("message", text);
  }

  /** The error that a relay has put into its own message; with no fields if there is none. */
  ErrorBody relayed() {
    String message = message();
    int from = message.indexOf('{');
    int to = message.lastIndexOf('}');
    return from < 0 || to < from ? of("") : of(message.substring(from, to + 1));
  }

  String message() {
    return error.path("message").asText("");
  }

  String status() {
    return error.path("status").asText("");
  }

  /** Whether some detail's ErrorInfo gives this reason. */
  boolean hasReason(String reason) {
    return error
        .path("details")
        .valueStream()
        .anyMatch(detail -> detail.path("reason").asText("").equals(reason));
  }

  /** Whether a quota of a day or more, or the money, is used up. */
  boolean isQuotaUsedUp() {
    String message = message().toLowerCase(Locale.ROOT);
    String quota = quotaId();
    return isOfADay(quota)
        || (quota.isEmpty() && OF_A_DAY.matcher(message).find())
        || USED_UP.stream().anyMatch(message::contains);
  }

  /** The quota that was exceeded; of several a day's, which lasts; empty when none is named. */
  String quotaId() {
    String first = "";
    for (JsonNode detail : error.path("details")) {
      for (JsonNode violation : detail.path("violations")) {
        String id = violation.path("quotaId").asText(violation.path("quota_id").asText(""));
        if (isOfADay(id)) {
          return id;
        }
        first = first.isEmpty() ? id : first;
      }
      // Google's older APIs name it here
      String limit = detail.path("metadata").path("quota_limit").asText("");
      first = isOfADay(limit) || first.isEmpty() ? limit : first;
    }
    return first;
  }

  private static boolean isOfADay(String quotaId) {
    String id = quotaId.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    return Stream.of("perday", "perweek", "permonth").anyMatch(id::contains);
  }

  /** Delay of RetryInfo. */
  @Nullable Duration retryDelay() {
    for (JsonNode detail : error.path("details")) {
      Matcher delay = DELAY.matcher(detail.path("retryDelay").asText(""));
      if (delay.matches()) {
        return duration(delay);
      }
    }
    return null;
  }

  /** The delay that the message names in words. */
  @Nullable Duration retryDelayInWords() {
    Matcher delay = RETRY_IN.matcher(message());
    return delay.find() ? duration(delay) : null;
  }

  private static Duration duration(Matcher delay) {
    String fraction = delay.group(2);
    long nanos = fraction == null ? 0 : Long.parseLong((fraction + "00000000").substring(0, 9));
    return Duration.ofSeconds(Long.parseLong(delay.group(1)), nanos);
  }
}
