package dev.explanations.worker.ops;

import dev.explanations.worker.explanation.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Gemini as operators see it.
 *
 * @param model the model that is asked
 * @param trouble what a person has to act on; {@code null} while there is nothing
 */
public record GeminiView(String model, @Nullable Trouble trouble) {

  /**
   * A refused key, a missing model, a used-up quota, or no answer to the last calls.
   *
   * @param detail what Gemini said of it, the quota's name included; for anyone to read, so without
   *     secrets
   */
  public record Trouble(ErrorCode code, String detail) {}

  /** Only a misconfiguration is sure to need a person: a quota comes back by itself. */
  ServiceHealth health() {
    Fields details = Fields.of("model", model);
    if (trouble == null) {
      return new ServiceHealth(Status.HEALTHY, details);
    }
    details.put("error", trouble.code().wireName());
    details.put("detail", trouble.detail());
    return new ServiceHealth(
        trouble.code() == ErrorCode.MISCONFIGURED ? Status.UNHEALTHY : Status.DEGRADED, details);
  }
}
