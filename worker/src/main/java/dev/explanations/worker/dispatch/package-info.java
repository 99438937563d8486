/** Makes the calls: how many at once, in which order, and how their outcomes reach Kafka. */
@NullMarked
package dev.explanations.worker.dispatch;

import org.jspecify.annotations.NullMarked;
