/** Scenarios in which requests, records or tokens are hostile. */
@NullMarked
package dev.explanations.lab.bench.hostile;

import org.jspecify.annotations.NullMarked;
