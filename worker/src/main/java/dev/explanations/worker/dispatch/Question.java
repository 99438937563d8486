package dev.explanations.worker.dispatch;

import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.tracing.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * What is to be answered.
 *
 * @param topicHash of the request's topic, in every spelling of it
 * @param trace of the request that asks first, if it has one
 */
public record Question(Prompt prompt, String topicHash, @Nullable TraceContext trace) {
  public Question(Prompt prompt, String topicHash) {
    this(prompt, topicHash, null);
  }
}
