package dev.explanations.lab.demo;

/**
 * Outcome of a demo.
 *
 * @param asPromised whether the demo showed all that it is meant to show; decides the exit code
 */
record DemoOutcome(DemoCounts figures, boolean asPromised) {}
