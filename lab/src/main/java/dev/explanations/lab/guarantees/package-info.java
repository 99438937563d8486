/** What is seen of workers from outside, and how a broken promise is told. */
@NullMarked
package dev.explanations.lab.guarantees;

import org.jspecify.annotations.NullMarked;
