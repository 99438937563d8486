/** The load of a soak: which requests are made, and how fast. */
@NullMarked
package dev.explanations.lab.soak.traffic;

import org.jspecify.annotations.NullMarked;
