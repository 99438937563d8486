/** Port to the language model: one call, its details, and whether it needs attention. */
@NullMarked
package dev.explanations.worker.gemini;

import org.jspecify.annotations.NullMarked;
