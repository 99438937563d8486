/** Watches a soak: reports observations to the guarantees, and counts them for the report. */
@NullMarked
package dev.explanations.lab.soak.watch;

import org.jspecify.annotations.NullMarked;
