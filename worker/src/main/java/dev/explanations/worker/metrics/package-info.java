/** Metrics of the worker: counters, gauges, and their rendering for people and Prometheus. */
@NullMarked
package dev.explanations.worker.metrics;

import org.jspecify.annotations.NullMarked;
