package dev.explanations.worker.policy;

import dev.explanations.worker.explanation.CacheKey;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.PromptTemplate;
import dev.explanations.worker.settings.InvalidSettingsException;
import dev.explanations.worker.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses between a worker's prompt and its candidate. The candidate gets a share of all questions:
 * the same questions on every worker. A waiting request keeps the prompt of its cache key while the
 * share changes. Thread-safe.
 */
public final class Prompts {

  private final String model;
  private final PromptTemplate current;
  private final @Nullable PromptTemplate candidate;
  private final DoubleSupplier candidateShare;

  /**
   * @param model part of the cache key
   * @param candidateShare from 0 to 1; may change at any time
   */
  public Prompts(
      String model,
      PromptTemplate current,
      @Nullable PromptTemplate candidate,
      DoubleSupplier candidateShare) {
    this.model = model;
    this.current = current;
    this.candidate = candidate;
    this.candidateShare = candidateShare;
  }

  /**
   * Reads the files that the settings name.
   *
   * @throws InvalidSettingsException with all problems of both files
   */
  public static Prompts of(Settings settings, DoubleSupplier candidateShare) {
    List<String> problems = new ArrayList<>();
    Settings.Policy files = settings.policy();
    @Nullable PromptTemplate current = read("PROMPT_FILE", files.prompt(), problems);
    @Nullable PromptTemplate candidate = read("PROMPT_CANDIDATE_FILE", files.candidate(), problems);
    if (!problems.isEmpty()) {
      throw new InvalidSettingsException(problems);
    }
    return new Prompts(
        settings.gemini().model(),
        current == null ? PromptFile.builtIn() : current,
        candidate,
        candidateShare);
  }

  private static @Nullable PromptTemplate read(
      String setting, @Nullable Path file, List<String> problems) {
    if (file == null) {
      return null;
    }
    try {
      return PromptFile.read(file);
    } catch (InvalidFileException e) {
      e.problems().forEach(problem -> problems.add("%s=%s: %s".formatted(setting, file, problem)));
      return null;
    }
  }

  /**
   * Prompts that this worker uses now.
   *
   * @param candidate version of the candidate; {@code null} if there is none
   * @param candidateShare share of all questions that get the candidate; without effect if there is
   *     none
   * @param version of the prompt
   */
  public record Status(String version, @Nullable String candidate, double candidateShare) {}

  public Status status() {
    return new Status(
        current.version(),
        candidate == null ? null : candidate.version(),
        candidateShare.getAsDouble());
  }

  /** Cache key of a new request, by the prompt that is chosen for it now. */
  public String keyOf(ExplanationRequest request) {
    return key(request, chosen(request));
  }

  /** Cache key of a request by a prompt version that any worker may use or have used. */
  public String keyOf(ExplanationRequest request, String promptVersion) {
    return CacheKey.of(request, model, promptVersion).value();
  }

  /**
   * Returns the given key if it belongs to one of this worker's prompts, else the key of a new
   * request.
   */
  public String ownKey(ExplanationRequest request, String cacheKey) {
    return isOf(current, request, cacheKey) || isOf(candidate, request, cacheKey)
        ? cacheKey
        : keyOf(request);
  }

  /**
   * Prompt that a cache key belongs to.
   *
   * @param cacheKey from {@link #keyOf} or {@link #ownKey}
   */
  public Prompt of(ExplanationRequest request, String cacheKey) {
    PromptTemplate next = candidate;
    return next != null && isOf(next, request, cacheKey) ? next.of(request) : current.of(request);
  }

  private boolean isOf(
      @Nullable PromptTemplate template, ExplanationRequest request, String cacheKey) {
    return template != null && key(request, template).equals(cacheKey);
  }

  private String key(ExplanationRequest request, PromptTemplate template) {
    return keyOf(request, template.version());
  }

  private PromptTemplate chosen(ExplanationRequest request) {
    PromptTemplate next = candidate;
    double share = next == null ? 0 : candidateShare.getAsDouble();
    return next != null && share > 0 && position(request) < share ? next : current;
  }

  /** Position of a question from 0 to 1: the first 32 bits of its hash. */
  private static double position(ExplanationRequest request) {
    return Long.parseLong(FoldedHashes.ofQuestion(request), 0, 8, 16) / 0x1p32;
  }
}
