/** What an operator decides in files: with which words Gemini is asked, and what a call costs. */
@NullMarked
package dev.explanations.worker.policy;

import org.jspecify.annotations.NullMarked;
