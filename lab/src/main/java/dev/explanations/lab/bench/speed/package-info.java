/** Scenarios that measure speed, latency and size while all is well. */
@NullMarked
package dev.explanations.lab.bench.speed;

import org.jspecify.annotations.NullMarked;
