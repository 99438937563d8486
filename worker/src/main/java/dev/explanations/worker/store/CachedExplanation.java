package dev.explanations.worker.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.explanations.worker.contract.Validity;
import dev.explanations.worker.explanation.Explanation;

/** An entry of the explanations store. */
public record CachedExplanation(Explanation explanation, Validity validity) {

  /** Whether it is whole, and within what is computed with: an entry may hold anything. */
  @JsonIgnore
  boolean isSound() {
    return explanation != null
        && explanation.text() != null
        && explanation.model() != null
        && explanation.promptVersion() != null
        && explanation.usage() != null
        && validity != null
        && validity.generation() != null
        && validity.generation().log() != null
        && validity.expiresAt() != null
        && Times.areKept(validity.expiresAt());
  }
}
