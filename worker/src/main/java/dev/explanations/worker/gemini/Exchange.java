package dev.explanations.worker.gemini;

import org.jspecify.annotations.Nullable;

/** Request to Gemini and its answer, as far as it got. Used by the calling thread. */
final class Exchange {
  CallDetails.@Nullable Server server;
  @Nullable Integer refusal;
  @Nullable Answer answer;
}
