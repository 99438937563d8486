package dev.explanations.worker.gemini.answer;

/** Bodies as Gemini sends them. */
public final class Bodies {

  public static final String EXPLAINED =
      """
      {"candidates":[{"content":{"parts":[{"text":"Light bends."}],"role":"model"},"finishReason":"STOP","index":0}],\
      "usageMetadata":{"promptTokenCount":42,"candidatesTokenCount":12,"totalTokenCount":130,"promptTokensDetails":\
      [{"modality":"TEXT","tokenCount":42}],"thoughtsTokenCount":76},"modelVersion":"gemini-3.5-flash-lite-001","responseId":"abc"}\
      """;

  public static final String RATE_LIMITED =
      """
      {"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details. For more \
      information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\\nPlease retry in 22.118464381s.",\
      "status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":\
      [{"quotaMetric":"generativelanguage.googleapis.com/generate_content_free_tier_requests",\
      "quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier","quotaDimensions":{"location":"global",\
      "model":"gemini-3.5-flash-lite"},"quotaValue":"10"}]},{"@type":"type.googleapis.com/google.rpc.Help","links":\
      [{"description":"Learn more","url":"https://ai.google.dev/gemini-api/docs/rate-limits"}]},\
      {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"22.5s"}]}}\
      """;

  public static final String DAY_USED_UP =
      """
      {"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":\
      [{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":\
      [{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]}]}}\
      """;

  public static final String INVALID_KEY =
      """
      {"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":\
      [{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com",\
      "metadata":{"service":"generativelanguage.googleapis.com"}},{"@type":"type.googleapis.com/google.rpc.LocalizedMessage",\
      "locale":"en-US","message":"API key not valid. Please pass a valid API key."}]}}\
      """;

  static final String INVALID_FIELD =
      """
      {"error":{"code":400,"message":"Invalid value at 'generation_config.temperature' (TYPE_FLOAT), \\"x\\"",\
      "status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":\
      [{"field":"generation_config.temperature","description":"Invalid value"}]}]}}\
      """;

  static final String PROMPT_BLOCKED =
      """
      {"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":9,"totalTokenCount":9},\
      "modelVersion":"gemini-3.5-flash-lite","responseId":"r1"}\
      """;

  static final String ALL_THOUGHTS =
      """
      {"candidates":[{"content":{"role":"model"},"finishReason":"MAX_TOKENS","index":0}],"usageMetadata":\
      {"promptTokenCount":9,"totalTokenCount":108,"thoughtsTokenCount":99},"modelVersion":"m","responseId":"r4"}\
      """;

  private Bodies() {}

  static String finished(String reason) {
    return """
    {"candidates":[{"content":{"parts":[{"text":"Light"}],"role":"model"},"finishReason":"%s","index":0}]}\
    """
        .formatted(reason);
  }

  public static String error(int code, String status, String message) {
    return """
    {"error":{"code":%d,"message":"%s","status":"%s"}}\
    """
        .formatted(code, message, status);
  }
}
