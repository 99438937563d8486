/** Reads Gemini's answers and errors, and says what outcome each means. */
@NullMarked
package dev.explanations.worker.gemini.answer;

import org.jspecify.annotations.NullMarked;
