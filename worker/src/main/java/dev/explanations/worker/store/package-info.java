/** What a task keeps in its state stores: explanations, waiting requests, and their times. */
@NullMarked
package dev.explanations.worker.store;

import org.jspecify.annotations.NullMarked;
