package dev.explanations.worker.gate;

import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Requests and tokens of the last minute. A call spends its estimated tokens when it begins, and is
 * corrected when it ends. Used under the dispatcher's lock only.
 */
final class MinuteRates {

  /** English has about four bytes a token; other scripts have more bytes, but also more tokens. */
  private static final int BYTES_PER_TOKEN = 4;

  private final MinuteWindow requests;
  private final MinuteWindow tokens;

  /** Output tokens of an answer: moving average, at first those of 300 words. */
  private double outputTokens = 450;

  /** Limits per minute; 0 is none. */
  MinuteRates(int requests, int tokens) {
    this.requests = new MinuteWindow(requests);
    this.tokens = new MinuteWindow(tokens);
  }

  /** Tokens that a call is likely to cost. */
  long estimate(Prompt prompt) {
    int bytes =
        prompt.systemInstruction().getBytes(StandardCharsets.UTF_8).length
            + prompt.userText().getBytes(StandardCharsets.UTF_8).length;
    return bytes / BYTES_PER_TOKEN + Math.round(outputTokens);
  }

  /** Spends a request and its tokens, if there is room for both. */
  boolean trySpend(long estimate, Instant now) {
    boolean admitted = requests.admits(1, now) && tokens.admits(estimate, now);
    if (admitted) {
      requests.spend(1, now);
      tokens.spend(estimate, now);
    }
    return admitted;
  }

  /** When there is room for a call, if nothing else is spent before. */
  Instant admitAt(Prompt prompt, Instant now) {
    Instant request = requests.admitsAt(1, now);
    Instant cost = tokens.admitsAt(estimate(prompt), now);
    return cost.isAfter(request) ? cost : request;
  }

  /**
   * A call has ended. Without usage in its outcome the estimate stays spent.
   *
   * @param since when the call began
   */
  void ended(Usage usage, long estimate, Instant since, Instant now) {
    if (usage.totalTokens() > 0) {
      tokens.correct(usage.totalTokens() - estimate, since, now);
    }
    if (usage.outputTokens() > 0) {
      outputTokens += (usage.outputTokens() - outputTokens) / 16;
    }
  }

  GateStatus.Rate requests(Instant now) {
    return requests.status(now);
  }

  GateStatus.Rate tokens(Instant now) {
    return tokens.status(now);
  }
}
