/** The domain: what is asked, what is answered, and what can come of a call. Knows no I/O. */
@NullMarked
package dev.explanations.worker.explanation;

import org.jspecify.annotations.NullMarked;
