package dev.explanations.worker.dispatch;

import dev.explanations.worker.explanation.Prompt;

/**
 * What is to be answered.
 *
 * @param topicHash of the request's topic, in every spelling of it
 */
public record Question(Prompt prompt, String topicHash) {}
