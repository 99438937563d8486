/** The worker's promises, each an object that sees all observations and judges. */
@NullMarked
package dev.explanations.lab.guarantees.promise;

import org.jspecify.annotations.NullMarked;
