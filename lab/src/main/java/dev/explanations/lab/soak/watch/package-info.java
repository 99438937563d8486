/** Watches a soak: tells the guarantees what happens, and counts it for the report. */
@NullMarked
package dev.explanations.lab.soak.watch;

import org.jspecify.annotations.NullMarked;
