package dev.explanations.lab.demo;

/**
 * What came of a demo.
 *
 * @param asPromised whether all was seen that it is meant to show; decides the exit code
 */
record Outcome(Figures figures, boolean asPromised) {}
