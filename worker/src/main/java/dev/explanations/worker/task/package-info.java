/** One partition's requests from arrival to result: they wait, are called for, and settled. */
@NullMarked
package dev.explanations.worker.task;

import org.jspecify.annotations.NullMarked;
