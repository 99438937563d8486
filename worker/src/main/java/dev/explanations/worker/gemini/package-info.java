/** Asks Google Gemini: the port, and its adapter on the google-genai SDK. */
@NullMarked
package dev.explanations.worker.gemini;

import org.jspecify.annotations.NullMarked;
