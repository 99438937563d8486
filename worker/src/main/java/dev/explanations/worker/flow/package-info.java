/** What all processors of a worker share: how they emit records, tell of them, count and wake. */
@NullMarked
package dev.explanations.worker.flow;

import org.jspecify.annotations.NullMarked;
