/** Scenarios in which something fails or moves. */
@NullMarked
package dev.explanations.lab.bench.trouble;

import org.jspecify.annotations.NullMarked;
