/** State stores of a task: explanations, pending requests, and their times. */
@NullMarked
package dev.explanations.worker.store;

import org.jspecify.annotations.NullMarked;
