/** What workers write for each other: outcomes, commands, and entries of the shared cache. */
@NullMarked
package dev.explanations.worker.contract.peer;

import org.jspecify.annotations.NullMarked;
