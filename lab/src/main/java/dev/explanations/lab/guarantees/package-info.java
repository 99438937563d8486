/** Observations of workers from outside, and violations of what the workers promise. */
@NullMarked
package dev.explanations.lab.guarantees;

import org.jspecify.annotations.NullMarked;
