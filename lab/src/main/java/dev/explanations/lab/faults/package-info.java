/** Accidents that can be made to happen, and the plan that says when. */
@NullMarked
package dev.explanations.lab.faults;

import org.jspecify.annotations.NullMarked;
