/** Accidents that can be made to happen, to workers, brokers, networks, Redis and Gemini. */
@NullMarked
package dev.explanations.lab.faults;

import org.jspecify.annotations.NullMarked;
