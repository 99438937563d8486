/** Adapter on the google-genai SDK: one HTTP request per call, its connection, proxy and token. */
@NullMarked
package dev.explanations.worker.gemini.client;

import org.jspecify.annotations.NullMarked;
