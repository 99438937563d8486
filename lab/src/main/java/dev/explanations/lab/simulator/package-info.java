/** Gemini over HTTP, without Gemini: the real wire format, scripted behaviour, and statistics. */
@NullMarked
package dev.explanations.lab.simulator;

import org.jspecify.annotations.NullMarked;
