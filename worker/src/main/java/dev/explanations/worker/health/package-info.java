/** The health of the worker and of its services, as operators see it. */
@NullMarked
package dev.explanations.worker.health;

import org.jspecify.annotations.NullMarked;
