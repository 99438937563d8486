package dev.explanations.worker.api;

import dev.explanations.worker.health.Fields;

/** Metrics of the worker, without secrets. Thread-safe; never waits for Kafka, Redis or Gemini. */
public interface MetricsService {

  /** The body of {@code GET /api/metrics}. */
  Fields json();

  /** The body of {@code GET /api/metrics/history}: samples of the last minutes, oldest first. */
  Fields history();

  /** All meters in Prometheus' text format. */
  String prometheus();
}
