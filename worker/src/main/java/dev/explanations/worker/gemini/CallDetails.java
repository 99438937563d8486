package dev.explanations.worker.gemini;

import dev.explanations.worker.explanation.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Description of one call, for its charge, traces and metrics.
 *
 * @param model as it was asked for
 * @param server where the request went; {@code null} if there was none
 * @param sent whether the request began to be sent
 * @param httpStatus the status of an answer other than 2xx; {@code null} if there was no such
 *     answer
 * @param response {@code null} if Gemini gave none
 */
public record CallDetails(
    Provider provider,
    String model,
    @Nullable Server server,
    boolean sent,
    @Nullable Integer httpStatus,
    @Nullable Response response) {

  public enum Provider {
    DEVELOPER_API,
    VERTEX_AI
  }

  /** From the URL; a proxy in between does not show. */
  public record Server(String host, int port) {}

  /**
   * Each name is empty, and each count 0, where Gemini did not say it.
   *
   * @param thoughtTokens a part of the output
   * @param cachedTokens a part of the prompt
   */
  public record Response(
      String model,
      String id,
      String finishReason,
      Usage usage,
      int thoughtTokens,
      int cachedTokens) {}
}
