package dev.explanations.worker.gemini;

import com.google.genai.types.Candidate;
import com.google.genai.types.FinishReason;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.GenerateContentResponsePromptFeedback;
import com.google.genai.types.GenerateContentResponseUsageMetadata;
import com.google.genai.types.Part;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.Usage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Says what a 200 means: only a finish reason STOP with text is an explanation. Does not use the
 * SDK's {@code text()}, which throws for blocked answers and says nothing of cut ones.
 */
final class GeminiAnswers {

  /**
   * In characters; 300 words are some 2,000. A record that is too large for its topic would stop
   * its partition for ever.
   */
  static final int MAX_TEXT = 32 * 1024;

  private static final int MAX_MODEL = 200;

  /** A hundred times the largest context window there is. */
  private static final int MAX_TOKENS = 200_000_000;

  private final GeminiErrors errors;
  private final String model;

  GeminiAnswers(GeminiErrors errors, String model) {
    this.errors = errors;
    this.model = model;
  }

  Outcome read(GenerateContentResponse response) {
    Usage usage = usage(response);
    String blocked =
        response
            .promptFeedback()
            .flatMap(GenerateContentResponsePromptFeedback::blockReason)
            .map(Object::toString)
            .orElse("BLOCKED_REASON_UNSPECIFIED");
    if (!blocked.equals("BLOCKED_REASON_UNSPECIFIED")) {
      return errors.blocked("prompt blocked: " + blocked, usage);
    }
    List<Candidate> candidates = response.candidates().orElse(List.of());
    if (candidates.isEmpty()) {
      return errors.incomplete("no candidates", usage);
    }
    Candidate first = candidates.getFirst();
    FinishReason reason =
        first
            .finishReason()
            .orElseGet(() -> new FinishReason(FinishReason.Known.FINISH_REASON_UNSPECIFIED));
    return switch (reason.knownEnum()) {
      case STOP -> explained(text(first), response, usage);
      case SAFETY,
          RECITATION,
          LANGUAGE,
          BLOCKLIST,
          PROHIBITED_CONTENT,
          SPII,
          IMAGE_SAFETY,
          IMAGE_PROHIBITED_CONTENT,
          IMAGE_RECITATION ->
          errors.blocked("finish reason " + reason, usage);
      // cut short, not meant for text, or newer than this SDK: another attempt may end well
      default -> errors.incomplete("finish reason " + reason, usage);
    };
  }

  private Outcome explained(String text, GenerateContentResponse response, Usage usage) {
    if (text.isBlank()) {
      return errors.incomplete("empty text", usage);
    }
    if (text.length() > MAX_TEXT) {
      return errors.incomplete(
          "%d characters of text, at most %d are used".formatted(text.length(), MAX_TEXT), usage);
    }
    String answeredBy = response.modelVersion().filter(version -> !version.isBlank()).orElse(model);
    return new Outcome.Explained(
        new Explanation(text, Redaction.cut(answeredBy, MAX_MODEL), Prompt.VERSION, usage));
  }

  /** Without thoughts, and without lone surrogates, which no record could carry. */
  private static String text(Candidate candidate) {
    StringBuilder text = new StringBuilder();
    for (Part part : candidate.content().flatMap(content -> content.parts()).orElse(List.of())) {
      if (!part.thought().orElse(false)) {
        part.text().ifPresent(text::append);
      }
    }
    byte[] utf8 = text.toString().strip().getBytes(StandardCharsets.UTF_8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static Usage usage(GenerateContentResponse response) {
    return response.usageMetadata().map(GeminiAnswers::usage).orElse(Usage.NONE);
  }

  private static Usage usage(GenerateContentResponseUsageMetadata counted) {
    int prompt = count(counted.promptTokenCount()) + count(counted.toolUsePromptTokenCount());
    int output = count(counted.candidatesTokenCount()) + count(counted.thoughtsTokenCount());
    int total = Math.max(prompt + output, count(counted.totalTokenCount()));
    // thoughts are in the total also where they are not told apart
    return new Usage(prompt, total - prompt, total);
  }

  /** Bounded, so that sums stay in range whatever the other side writes. */
  private static int count(Optional<Integer> tokens) {
    return Math.clamp(tokens.orElse(0), 0, MAX_TOKENS);
  }
}
