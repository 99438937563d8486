package dev.explanations.worker.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The worker's figures, to look at. Called by several HTTP threads at once; neither waits for
 * Kafka, Redis or Gemini, and nothing in them is secret.
 */
public interface Figures {

  /** The body of {@code GET /api/metrics}. */
  Map<String, @Nullable Object> json();

  /** The body of {@code GET /api/metrics/history}: samples of the last minutes, oldest first. */
  Map<String, @Nullable Object> history();

  /** All meters in Prometheus' text format. */
  String prometheus();
}
