/** Files of an operator: the prompts that Gemini is asked with, and the prices of calls. */
@NullMarked
package dev.explanations.worker.policy;

import org.jspecify.annotations.NullMarked;
