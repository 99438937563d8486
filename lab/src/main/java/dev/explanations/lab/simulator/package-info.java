/** Gemini over HTTP, without Gemini: the real wire format, and remote control. */
@NullMarked
package dev.explanations.lab.simulator;

import org.jspecify.annotations.NullMarked;
