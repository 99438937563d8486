/**
 * Decides when a call may begin and which model it asks: breakers, budget, pauses, rates, in
 * flight.
 */
@NullMarked
package dev.explanations.worker.gate;

import org.jspecify.annotations.NullMarked;
