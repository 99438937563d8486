package dev.explanations.lab.guarantees;

/**
 * A promise that was broken once.
 *
 * @param nanos when it was seen, by {@link System#nanoTime}
 * @param what in one sentence, with the ids that it is about
 */
public record Violation(String guarantee, long nanos, String what) {}
