/**
 * The worker's promises, tried against real parts. Not null-marked, unlike the main code of the
 * same name: these tests get their parts from JUnit, and null from records.
 */
@NullUnmarked
package dev.explanations.lab.guarantees;

import org.jspecify.annotations.NullUnmarked;
