/** The worker's dealings with the cluster: clients, topics, offsets, and the running stream. */
@NullMarked
package dev.explanations.worker.kafka;

import org.jspecify.annotations.NullMarked;
