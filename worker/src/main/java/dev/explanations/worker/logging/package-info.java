/** The form of the log, and its levels while the worker runs. */
@NullMarked
package dev.explanations.worker.logging;

import org.jspecify.annotations.NullMarked;
