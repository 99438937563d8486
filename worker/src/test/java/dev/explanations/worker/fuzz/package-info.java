/** Random input for whatever reads what others write, made of a seed corpus, and repeatable. */
@NullMarked
package dev.explanations.worker.fuzz;

import org.jspecify.annotations.NullMarked;
