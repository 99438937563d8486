/** Watches a worker from outside, through its HTTP endpoints. */
@NullMarked
package dev.explanations.lab.watch;

import org.jspecify.annotations.NullMarked;
