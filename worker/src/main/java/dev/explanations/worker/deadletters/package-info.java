/** Reads dead letters as operators look at them, the newest first. */
@NullMarked
package dev.explanations.worker.deadletters;

import org.jspecify.annotations.NullMarked;
