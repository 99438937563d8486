package dev.explanations.worker.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.explanations.worker.contract.Validity;
import dev.explanations.worker.explanation.Explanation;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the explanations store.
 *
 * @param explanation {@code null} where the model refuses to give one: what it said is not kept
 */
public record CachedExplanation(@Nullable Explanation explanation, Validity validity) {

  /** About what it takes in memory besides its objects. */
  @JsonIgnore
  int bytes() {
    return explanation == null ? 0 : explanation.text().length();
  }

  /** Whether it is whole, and within what is computed with: an entry may hold anything. */
  @JsonIgnore
  boolean isSound() {
    boolean whole =
        explanation == null
            || (explanation.text() != null
                && explanation.model() != null
                && explanation.promptVersion() != null
                && explanation.usage() != null);
    return whole
        && validity != null
        && validity.generation() != null
        && validity.generation().log() != null
        && validity.expiresAt() != null
        && Times.areKept(validity.expiresAt());
  }
}
