/** Programs to compare the worker with: another build, and ones that do less. */
@NullMarked
package dev.explanations.lab.bench.baseline;

import org.jspecify.annotations.NullMarked;
