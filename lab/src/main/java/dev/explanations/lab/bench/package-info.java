/** Measures the worker: each scenario prints the figures of one run. */
@NullMarked
package dev.explanations.lab.bench;

import org.jspecify.annotations.NullMarked;
