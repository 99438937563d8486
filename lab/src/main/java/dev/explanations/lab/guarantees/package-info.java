/** The worker's promises, each an object that watches from outside and judges. */
@NullMarked
package dev.explanations.lab.guarantees;

import org.jspecify.annotations.NullMarked;
