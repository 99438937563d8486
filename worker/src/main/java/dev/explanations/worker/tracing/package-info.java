/**
 * Traces of requests, and metrics of calls: what is told of their steps, and how it gets to a
 * collector.
 */
@NullMarked
package dev.explanations.worker.tracing;

import org.jspecify.annotations.NullMarked;
