/** Scenarios in which something fails, moves or is hostile. */
@NullMarked
package dev.explanations.lab.bench.trouble;

import org.jspecify.annotations.NullMarked;
