package dev.explanations.lab.faults;

/** Faults act upon this. */
public record Field(Fleet fleet) {}
