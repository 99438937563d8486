package dev.explanations.worker.explanation;

import java.util.Map;
import java.util.Objects;

/**
 * Wording and limits of all prompts.
 *
 * @param version part of the cache key; another wording has another version
 * @param limits by detail; every detail has an entry
 */
public record PromptTemplate(
    String version, Template system, Template user, Map<Detail, Prompt.Limits> limits) {

  public PromptTemplate {
    limits = Map.copyOf(limits);
  }

  public Prompt of(ExplanationRequest request) {
    Prompt.Limits bounds = Objects.requireNonNull(limits.get(request.detail()));
    return new Prompt(
        version,
        system.of(request, bounds.maxWords()),
        user.of(request, bounds.maxWords()),
        bounds);
  }
}
