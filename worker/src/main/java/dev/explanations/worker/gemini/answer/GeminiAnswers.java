package dev.explanations.worker.gemini.answer;

import dev.explanations.worker.contract.Words;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.answer.AnswerBody.Origin;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Says what a 200 means: text with the finish reason STOP is an explanation, nothing else is. */
public record GeminiAnswers(GeminiErrors errors, String model) {

  /**
   * In characters; 300 words are some 2,000. A record that is too large for its topic would stop
   * its partition for ever.
   */
  static final int MAX_TEXT = 32 * 1024;

  /** Of a name that Gemini gives, in characters. */
  private static final int MAX_NAME = 200;

  /**
   * @param promptVersion of the prompt that was answered
   */
  public Outcome read(AnswerBody answer, String promptVersion) {
    if (answer.origin() == Origin.FOREIGN) {
      // an answer of something between us and Gemini, and so a failure to reach it
      return errors.unavailable(
          "a 200 that is not Gemini's: "
              + (answer.error().isEmpty() ? "no field of its answers" : "error " + answer.error()));
    }
    if (!answer.defect().isEmpty()) {
      return errors.incomplete("the answer is " + answer.defect(), answer.usage());
    }
    String text = clean(answer.text());
    if (answer.finishReason().equals("STOP") && !text.isEmpty()) {
      return explained(text, answer, promptVersion);
    }
    if (!answer.blockReason().isEmpty()) {
      return errors.blocked("prompt blocked: " + answer.blockReason(), answer.usage());
    }
    return switch (answer.finishReason()) {
      case "" -> errors.incomplete("no finish reason", answer.usage());
      case "STOP" -> errors.incomplete("empty text", answer.usage());
      case "SAFETY",
          "LANGUAGE",
          "BLOCKLIST",
          "PROHIBITED_CONTENT",
          "SPII",
          "MODEL_ARMOR",
          "IMAGE_SAFETY",
          "IMAGE_PROHIBITED_CONTENT" ->
          errors.blocked("finish reason " + answer.finishReason(), answer.usage());
      case "RECITATION", "IMAGE_RECITATION" ->
          errors.recited("finish reason " + answer.finishReason(), answer.usage());
      case "MAX_TOKENS" -> errors.cutOff("finish reason MAX_TOKENS", answer.usage());
      // not meant for text, or newer than this list: another attempt may end well
      default -> errors.incomplete("finish reason " + answer.finishReason(), answer.usage());
    };
  }

  private Outcome explained(String text, AnswerBody answer, String promptVersion) {
    if (text.length() > MAX_TEXT) {
      return errors.cutOff("more than %d characters of text".formatted(MAX_TEXT), answer.usage());
    }
    String answeredBy = name(answer.model());
    return new Outcome.Explained(
        new Explanation(
            text, answeredBy.isEmpty() ? model : answeredBy, promptVersion, answer.usage()));
  }

  /** Description for the log; {@code null} if it is not Gemini's. */
  public static CallDetails.@Nullable Response details(AnswerBody answer) {
    return answer.origin() == Origin.FOREIGN
        ? null
        : new CallDetails.Response(
            name(answer.model()),
            name(answer.id()),
            name(answer.finishReason()),
            answer.usage(),
            answer.thoughtTokens(),
            answer.cachedTokens());
  }

  private static String name(String name) {
    return Words.shortened(clean(name), MAX_NAME);
  }

  /** Without lone surrogates, which no record could carry. */
  private static String clean(String text) {
    byte[] utf8 = text.strip().getBytes(StandardCharsets.UTF_8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
