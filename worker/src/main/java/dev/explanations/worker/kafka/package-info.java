/** Kafka clients, the running stream, the producer of outcomes, lag and purging. */
@NullMarked
package dev.explanations.worker.kafka;

import org.jspecify.annotations.NullMarked;
