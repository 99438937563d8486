/** Dead letters: a look at them, and their way back to the requests. */
@NullMarked
package dev.explanations.worker.redrive;

import org.jspecify.annotations.NullMarked;
