/**
 * Makes the calls: how many at once, in which order, and how their outcomes reach Kafka. When a
 * task closes, a handoff on the outcomes topic names its running calls to the next owner.
 */
@NullMarked
package dev.explanations.worker.dispatch;

import org.jspecify.annotations.NullMarked;
