package dev.explanations.lab.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.lab.simulator.script.Call;
import dev.explanations.lab.simulator.script.Reply;
import java.time.Duration;
import java.util.HexFormat;

/** Response bodies in the shape that the Gemini API gives them. */
final class Bodies {

  private static final int CHARACTERS_PER_TOKEN = 4;

  private final ObjectMapper json;

  Bodies(ObjectMapper json) {
    this.json = json;
  }

  String answer(Call call, int atLeast) {
    return candidate(call, AnswerText.of(call, atLeast), "STOP");
  }

  String throttled(Call call, Duration retryDelay) {
    String seconds = seconds(retryDelay);
    ObjectNode error =
        error(
            429,
            "RESOURCE_EXHAUSTED",
            "You exceeded your current quota, please check your plan and billing details.\n"
                + "Please retry in "
                + seconds
                + ".");
    ObjectNode details = quotaFailure(error, call, "GenerateRequestsPerMinutePerProjectPerModel");
    details
        .withArray("/error/details")
        .addObject()
        .put("@type", "type.googleapis.com/google.rpc.RetryInfo")
        .put("retryDelay", seconds);
    return details.toString();
  }

  String canned(Call call, Reply.Canned reply) {
    return switch (reply) {
      case INVALID_ARGUMENT ->
          error(
                  400,
                  "INVALID_ARGUMENT",
                  "Invalid value at 'generation_config.temperature' (TYPE_FLOAT), \"x\"")
              .toString();
      case INVALID_KEY -> invalidKey();
      case UNAUTHENTICATED ->
          error(
                  401,
                  "UNAUTHENTICATED",
                  "Request had invalid authentication credentials. Expected OAuth 2 access token.")
              .toString();
      case FORBIDDEN ->
          error(403, "PERMISSION_DENIED", "The caller does not have permission").toString();
      case MODEL_NOT_FOUND ->
          error(
                  404,
                  "NOT_FOUND",
                  "models/%s is not found for API version v1beta, or is not supported for"
                          .formatted(call.model())
                      + " generateContent.")
              .toString();
      case DAILY_QUOTA ->
          quotaFailure(
                  error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota."),
                  call,
                  "GenerateRequestsPerDayPerProjectPerModel")
              .toString();
      case THROTTLED_WITHOUT_BODY, EMPTY_BODY -> "";
      case INTERNAL -> error(500, "INTERNAL", "An internal error has occurred.").toString();
      case BAD_GATEWAY -> "<html><head><title>502 Bad Gateway</title></head></html>";
      case OVERLOADED ->
          error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.").toString();
      case GATEWAY_TIMEOUT ->
          error(504, "DEADLINE_EXCEEDED", "The request timed out. Please try again.").toString();
      case EMPTY_OBJECT -> "{}";
      case NO_CANDIDATES -> about(call, 0).putPOJO("candidates", json.createArrayNode()).toString();
      case TRUNCATED_JSON -> firstHalf(answer(call, 0));
      case BLOCKED_PROMPT -> blockedPrompt(call);
      case SAFETY -> safety(call);
      case MAX_TOKENS -> candidate(call, firstHalf(AnswerText.of(call, 0)), "MAX_TOKENS");
      case MAX_TOKENS_IN_THINKING -> spentThinking(call);
    };
  }

  String badRequest() {
    return error(400, "INVALID_ARGUMENT", "Invalid JSON payload received.").toString();
  }

  String notFound() {
    return error(404, "NOT_FOUND", "The requested URL was not found on this server.").toString();
  }

  static String firstHalf(String text) {
    return text.substring(0, text.offsetByCodePoints(0, text.codePointCount(0, text.length()) / 2));
  }

  private String candidate(Call call, String text, String finishReason) {
    ObjectNode root = about(call, tokens(text));
    ObjectNode candidate = root.putArray("candidates").addObject();
    ObjectNode content = candidate.putObject("content").put("role", "model");
    content.putArray("parts").addObject().put("text", text);
    candidate.put("finishReason", finishReason).put("index", 0);
    return root.toString();
  }

  private String blockedPrompt(Call call) {
    ObjectNode root = about(call, 0);
    root.putObject("promptFeedback").put("blockReason", "PROHIBITED_CONTENT");
    return root.toString();
  }

  private String safety(Call call) {
    ObjectNode root = about(call, 0);
    ObjectNode candidate = root.putArray("candidates").addObject();
    candidate.put("finishReason", "SAFETY").put("index", 0);
    candidate
        .putArray("safetyRatings")
        .addObject()
        .put("category", "HARM_CATEGORY_DANGEROUS_CONTENT")
        .put("probability", "HIGH")
        .put("blocked", true);
    return root.toString();
  }

  private String spentThinking(Call call) {
    ObjectNode root = about(call, 0);
    ObjectNode candidate = root.putArray("candidates").addObject();
    candidate.putObject("content").put("role", "model");
    candidate.put("finishReason", "MAX_TOKENS").put("index", 0);
    root.withObject("/usageMetadata").put("thoughtsTokenCount", 99);
    return root.toString();
  }

  private String invalidKey() {
    ObjectNode root =
        error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.");
    root.withArray("/error/details")
        .addObject()
        .put("@type", "type.googleapis.com/google.rpc.ErrorInfo")
        .put("reason", "API_KEY_INVALID")
        .put("domain", "googleapis.com");
    return root.toString();
  }

  /** Fields that every response has, answered or blocked. */
  private ObjectNode about(Call call, int outputTokens) {
    ObjectNode root = json.createObjectNode();
    int promptTokens = tokens(call.systemText()) + tokens(call.userText());
    ObjectNode usage = root.putObject("usageMetadata").put("promptTokenCount", promptTokens);
    if (outputTokens > 0) {
      usage.put("candidatesTokenCount", outputTokens);
    }
    usage.put("totalTokenCount", promptTokens + outputTokens);
    return root.put("modelVersion", call.model())
        .put("responseId", "sim-" + HexFormat.of().toHexDigits(call.userText().hashCode()));
  }

  private ObjectNode error(int code, String status, String message) {
    ObjectNode root = json.createObjectNode();
    root.putObject("error").put("code", code).put("message", message).put("status", status);
    return root;
  }

  private static ObjectNode quotaFailure(ObjectNode error, Call call, String quotaId) {
    ObjectNode violation =
        error
            .withArray("/error/details")
            .addObject()
            .put("@type", "type.googleapis.com/google.rpc.QuotaFailure")
            .putArray("violations")
            .addObject();
    violation
        .put("quotaMetric", "generativelanguage.googleapis.com/generate_content_requests")
        .put("quotaId", quotaId)
        .put("quotaValue", "10");
    violation.putObject("quotaDimensions").put("location", "global").put("model", call.model());
    return error;
  }

  /** As protobuf's JSON writes a Duration: seconds, with a fraction only where there is one. */
  private static String seconds(Duration duration) {
    int millis = duration.toMillisPart();
    return duration.toSeconds() + (millis == 0 ? "" : ".%03d".formatted(millis)) + "s";
  }

  private static int tokens(String text) {
    return (text.length() + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
  }
}
