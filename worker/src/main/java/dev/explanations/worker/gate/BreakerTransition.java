package dev.explanations.worker.gate;

import dev.explanations.worker.gate.BreakerStatus.State;
import java.time.Instant;

/** A change of a circuit breaker's state. */
public record BreakerTransition(Instant at, State from, State to) {}
