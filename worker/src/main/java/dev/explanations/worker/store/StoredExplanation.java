package dev.explanations.worker.store;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.explanations.worker.contract.peer.Validity;
import dev.explanations.worker.explanation.Explanation;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the explanations store.
 *
 * @param explanation {@code null} if the model refused the question
 */
public record StoredExplanation(@Nullable Explanation explanation, Validity validity) {

  /** Approximate bytes in memory, without the objects' own. */
  @JsonIgnore
  int bytes() {
    return explanation == null ? 0 : explanation.text().length();
  }

  /** Whether all required fields are there and within bounds: a damaged store may hold anything. */
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
        && validity.generation().topicId() != null
        && validity.expiresAt() != null
        && Times.areKept(validity.expiresAt());
  }
}
