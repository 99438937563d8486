/** Counts calls that the simulator has seen, and measures the times between them. */
@NullMarked
package dev.explanations.lab.simulator.statistics;

import org.jspecify.annotations.NullMarked;
